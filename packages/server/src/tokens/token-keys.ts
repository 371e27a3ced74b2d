import { createTokenSigner, type TokenSigner } from "./issuer.ts";
import type { KeyRing, VerificationKeySource } from "./key-ring.ts";

/** What signs tokens, and what they are verified with: keys of the server, or an external signer. */
export interface TokenKeys extends Disposable {
  readonly keys: VerificationKeySource;
  readonly signer: TokenSigner;
  /** The longest life that an external signer gives, seconds; undefined where there is none. */
  readonly signerMaxSeconds: number | undefined;
}

export function ownTokenKeys(ring: KeyRing): TokenKeys {
  return {
    keys: ring,
    signer: createTokenSigner(ring),
    signerMaxSeconds: undefined,
    [Symbol.dispose]: () => {},
  };
}

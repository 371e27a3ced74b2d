import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { BoundClaims, LegacyClaims } from "./claims.ts";
import type { KeyRing } from "./key-ring.ts";
import { type SigningKey, signOnThreadPool, signSync } from "./signing-key.ts";

/** Turns claims into tokens: with keys of our own below, or through an external signer. */
export interface TokenSigner {
  /**
   * A compact JWS over exactly these claims.
   * @throws KeyError, or what an external signer answers; callers report it as a 500
   */
  sign(claims: BoundClaims | LegacyClaims): MaybePromise<string>;
}

/**
 * Signs with whatever key of the ring is active.
 *
 * ES256 signs on the calling thread: at 25 µs a signature, the way to the thread pool and back costs
 * more than it saves (measured in ADR 5). The others take 150 µs to 2 ms and go to the pool, so that
 * requests beside them do not wait.
 */
export function createTokenSigner(ring: KeyRing): TokenSigner {
  let generation = -1;
  let key: SigningKey;
  let header = "";
  return {
    sign(claims) {
      if (generation !== ring.generation) {
        key = ring.active;
        header = encodeHeader(key);
        generation = ring.generation;
      }
      const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
      const data = Buffer.from(input, "latin1");
      if (key.algorithm === "ES256") return `${input}.${signSync(key, data).toString("base64url")}`;
      return signOnThreadPool(key, data).then(
        (signature) => `${input}.${signature.toString("base64url")}`,
      );
    },
  };
}

/** The header names algorithm and key and nothing else; there is no `typ`. */
function encodeHeader({ algorithm, kid }: SigningKey): string {
  return Buffer.from(JSON.stringify({ alg: algorithm, kid })).toString("base64url");
}

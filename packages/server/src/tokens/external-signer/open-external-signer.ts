import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { TokenKeys } from "../token-keys.ts";
import { ExternalKeys, type OnFetch, withPrefix } from "./external-keys.ts";
import { externalTokenSigner } from "./external-signer.ts";
import { connectSigner, type OnSignerCall } from "./signer-client.ts";

/** Whoever counts what happens between server and signer. */
export interface ExternalSignerObserver {
  readonly onCall: OnSignerCall;
  readonly onFetch: OnFetch;
  readonly onSign: (error: unknown) => void;
}

export interface ExternalSignerDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: ExternalSignerObserver;
}

/** @see kubernetes pkg/controlplane/apiserver/options/options.go (completeServiceAccountOptions) */
const METADATA_TIMEOUT_MS = 10_000;

/**
 * Gets the keys of an external signer and follows them until it is disposed of.
 * @param endpoint - `--service-account-signing-endpoint`: a path, or `@` and an abstract name
 * @throws Error when the signer does not answer within a minute, or with nonsense
 */
export async function openExternalSigner(
  endpoint: string,
  { clock, logger, observer }: ExternalSignerDependencies,
): Promise<TokenKeys & { readonly signerMaxSeconds: number }> {
  const client = connectSigner(endpoint, observer.onCall);
  const keys = new ExternalKeys({ client, clock, logger, onFetch: observer.onFetch });
  const stop = new AbortController();
  try {
    await withPrefix(
      "while initially filling key cache: while performing initial cache fill",
      keys.refresh(),
    );
    const signerMaxSeconds = await client.maxTokenExpirationSeconds(METADATA_TIMEOUT_MS);
    void keys.run(stop.signal);
    return {
      keys,
      signer: externalTokenSigner({ client, keys, onSign: observer.onSign }),
      signerMaxSeconds,
      [Symbol.dispose]: () => {
        stop.abort();
        client.close();
      },
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

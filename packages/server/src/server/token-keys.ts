import { join } from "node:path";
import { printDuration } from "../api/time-format-duration.ts";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import { KeyRing } from "../tokens/key-ring.ts";
import { createManagedKeyRing } from "../tokens/key-rotator.ts";
import { readKeyRing } from "../tokens/key-store.ts";
import {
  EXTENDED_EXPIRATION_SECONDS,
  INJECTED_EXPIRATION_SECONDS,
  MIN_EXPIRATION_SECONDS,
} from "../tokens/lifetime.ts";
import { ownTokenKeys, type TokenKeys } from "../tokens/token-keys.ts";
import type { Config } from "./config.ts";
import { createExternalSignerMetrics } from "./external-signer-metrics.ts";
import type { InputFiles } from "./input-files.ts";
import { OptionsError } from "./options.ts";
import type { ServerDependencies } from "./server.ts";

export interface TokenKeyDependencies extends Pick<ServerDependencies, "clock" | "logger"> {
  readonly metrics: MetricsRegistry;
}

/**
 * Finds what signs tokens: an external signer, the given key, or the ring of the data directory. What
 * it returns makes the missing keys, and writes them when `mayWrite` resolves.
 * @throws KeyError; OptionsError; Error when an external signer cannot be used
 */
export async function prepareTokenKeys(
  config: Config,
  { signingKey, verificationKeys }: InputFiles,
  dependencies: TokenKeyDependencies,
): Promise<(mayWrite: Promise<unknown>) => Promise<TokenKeys>> {
  const { clock } = dependencies;
  if (config.signingEndpoint !== "") {
    const external = await externalTokenKeys(config, dependencies);
    return () => Promise.resolve(external);
  }
  if (signingKey !== undefined) {
    const now = clock.now();
    const given = { key: signingKey, state: "active", createdAt: now, activatedAt: now } as const;
    const own = ownTokenKeys(new KeyRing([given], verificationKeys));
    return () => Promise.resolve(own);
  }
  const path = join(config.dataDir, "service-account-keys.json");
  const stored = await readKeyRing(path);
  return async (mayWrite) => {
    const { ring } = await createManagedKeyRing(stored ?? [], {
      path,
      algorithm: config.signingAlgorithm,
      // Tokens in Secrets never end, so a key is neither replaced nor dropped unless somebody asks.
      policy: { rotateEveryMs: Infinity, publishAheadMs: 0, retainMs: Infinity },
      clock,
      verificationKeys,
      mayWrite,
    });
    return ownTokenKeys(ring);
  };
}

async function externalTokenKeys(
  config: Config,
  { clock, logger, metrics }: TokenKeyDependencies,
): Promise<TokenKeys> {
  const observer = createExternalSignerMetrics(metrics, clock);
  // gRPC takes 80 ms to load, and few ask for it.
  const { openExternalSigner } = await import("../tokens/external-signer/open-external-signer.ts");
  let external: Awaited<ReturnType<typeof openExternalSigner>>;
  try {
    external = await openExternalSigner(config.signingEndpoint, { clock, logger, observer });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OptionsError([`while setting up external-jwt-signer: ${why}`]);
  }
  const problem = limitProblem(config, external.signerMaxSeconds);
  if (problem !== undefined) {
    external[Symbol.dispose]();
    throw new OptionsError([problem]);
  }
  for (const text of limitWarnings(config, external.signerMaxSeconds)) logger.warn({}, text);
  return external;
}

/** @see kubernetes pkg/controlplane/apiserver/options/options.go (completeServiceAccountOptions) */
function limitProblem(config: Config, signerMaxSeconds: number): string | undefined {
  if (signerMaxSeconds < MIN_EXPIRATION_SECONDS) {
    return (
      `max token life supported by external-jwt-signer (${signerMaxSeconds}s) is less than ` +
      `acceptable (min ${MIN_EXPIRATION_SECONDS}s)`
    );
  }
  const seconds = config.maxTokenExpirationSeconds;
  if (seconds <= signerMaxSeconds) return undefined;
  return (
    "service-account-max-token-expiration cannot be set longer than the token expiration supported " +
    `by service-account-signing-endpoint: ${printSeconds(seconds)} > ${printSeconds(signerMaxSeconds)}`
  );
}

function limitWarnings(config: Config, signerMaxSeconds: number): readonly string[] {
  if (!config.extendTokenExpiration) return [];
  const limit = config.maxTokenExpirationSeconds || signerMaxSeconds;
  const warnings: string[] = [];
  if (limit < INJECTED_EXPIRATION_SECONDS) {
    warnings.push(
      `tokens of pods are not extended: the external signer signs for ${printSeconds(limit)}, less ` +
        `than the ${INJECTED_EXPIRATION_SECONDS} seconds by which such tokens are known`,
    );
  } else if (limit < EXTENDED_EXPIRATION_SECONDS) {
    warnings.push(
      `tokens of pods are extended to ${printSeconds(limit)}, which is what the external signer signs for`,
    );
  }
  return warnings;
}

function printSeconds(seconds: number): string {
  return printDuration(BigInt(seconds) * 1_000_000_000n);
}

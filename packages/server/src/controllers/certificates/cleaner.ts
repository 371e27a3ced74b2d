import type { CertificateSigningRequest } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { CERTIFICATE_SIGNING_REQUESTS, keyOf } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import type { CertificateIssuer } from "./certificate-issuer.ts";
import { hasCondition, isIssued } from "./request-state.ts";

export interface SigningRequestCleanerOptions {
  readonly client: Client;
  readonly signingRequests: Informer<CertificateSigningRequest>;
  readonly issuer: Pick<CertificateIssuer, "endOf">;
  readonly clock: Clock;
  readonly logger: Logger;
}

const HOUR_MS = 3_600_000;
const EVERY_MS = HOUR_MS;
/** How long what has its answer stays to be seen, and what waits for one may wait. */
const ANSWERED_MS = HOUR_MS;
const WAITING_MS = 24 * HOUR_MS;

/**
 * Deletes requests that nobody needs any more: nodes make new ones all the time.
 * @see kubernetes pkg/controller/certificates/cleaner/cleaner.go
 */
export function createSigningRequestCleaner(options: SigningRequestCleanerOptions): Runnable {
  const { signingRequests, clock } = options;
  return {
    async run({ signal }) {
      await orAborted(signingRequests.synced, signal);
      while (!signal.aborted) {
        await cleanOnce(options, signal);
        await clock.sleep(EVERY_MS, signal);
      }
    },
  };
}

async function cleanOnce(
  { client, signingRequests, issuer, clock, logger }: SigningRequestCleanerOptions,
  signal: AbortSignal,
): Promise<void> {
  const requests = client.resource(CERTIFICATE_SIGNING_REQUESTS);
  for (const request of [...signingRequests.lister.all()]) {
    if (signal.aborted) return;
    const endsAt = issuer.endOf(request.status?.certificate ?? "");
    if (!isOutdated(request, clock.now(), endsAt)) continue;
    try {
      await requests.delete(keyOf(request), { signal });
    } catch (error) {
      if (signal.aborted || isNotFound(error)) continue;
      const { name } = request.metadata;
      logger.error({ request: name, error }, "an old certificate request was not deleted");
    }
  }
}

/** @param endsAt - of the certificate, if there is one. Instants in milliseconds since 1970. */
export function isOutdated(
  request: Readonly<CertificateSigningRequest>,
  now: number,
  endsAt: number | undefined,
): boolean {
  const { conditions = [] } = request.status ?? {};
  if (conditions.length === 0) {
    return isOlder(request.metadata.creationTimestamp, WAITING_MS, now);
  }
  const hasEnded = endsAt !== undefined && now > endsAt;
  if (hasCondition(request, "Approved") && hasEnded) return true;
  const approvedMs = isIssued(request) ? ANSWERED_MS : WAITING_MS;
  const limits: Readonly<Record<string, number>> = {
    Approved: approvedMs,
    Denied: ANSWERED_MS,
    Failed: ANSWERED_MS,
  };
  return conditions.some(({ type, lastUpdateTime }) => {
    const limitMs = limits[type];
    return limitMs !== undefined && isOlder(lastUpdateTime, limitMs, now);
  });
}

function isOlder(time: string | undefined, limitMs: number, now: number): boolean {
  return time !== undefined && now - Date.parse(time) > limitMs;
}

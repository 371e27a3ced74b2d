import type { CertificateSigningRequest } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { CERTIFICATE_SIGNING_REQUESTS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { type Clock, formatTime } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler } from "../reconciler.ts";
import type { CertificateIssuer, Validity } from "./certificate-issuer.ts";
import { isToBeSigned } from "./request-state.ts";
import { SIGNERS } from "./signers.ts";

export interface SigningControllerOptions {
  readonly client: Client;
  readonly signingRequests: Informer<CertificateSigningRequest>;
  readonly issuer: CertificateIssuer;
  /** `--cluster-signing-duration`: no certificate lives longer. */
  readonly durationMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const WORKERS = 5;
/** @see kubernetes pkg/controller/certificates/certificate_controller.go (rate limiter) */
const LONGEST_BACKOFF_MS = 1_000_000;

/**
 * Signs what was approved, as Kubernetes' own signers. Keys are names of requests.
 * @see kubernetes pkg/controller/certificates/signer/signer.go
 */
export function createSigningController(options: SigningControllerOptions): Controller<string> {
  const { client, signingRequests, issuer, durationMs, clock, logger } = options;
  const requests = client.resource(CERTIFICATE_SIGNING_REQUESTS);
  const reconciler: Reconciler<string> = {
    async reconcile(name, { signal }) {
      const request = signingRequests.lister.get("", name);
      const signer = SIGNERS.get(request?.spec?.signerName ?? "");
      if (request === undefined || signer === undefined || !isToBeSigned(request)) return DONE;
      const { request: pem = "", usages = [], expirationSeconds } = request.spec ?? {};
      const complaint = signer.complain(issuer.read(pem), usages);
      const signed =
        complaint === undefined
          ? issued(
              request,
              issuer.issue({
                request: pem,
                usages,
                authority: signer.authority,
                ...decideValidity(clock.now(), expirationSeconds, durationMs),
              }),
            )
          : failed(request, complaint, clock.now());
      await requests.update(signed, { subresource: "status", signal });
      return DONE;
    },
  };
  const controller = new Controller<string>({
    name: "certificatesigningrequest-signing-controller",
    clock,
    logger,
    identify: (name) => name,
    informers: [signingRequests],
    reconciler,
    workers: WORKERS,
    maxBackoffMs: LONGEST_BACKOFF_MS,
  });
  const add = (request: Readonly<CertificateSigningRequest>): void => {
    if (isToBeSigned(request)) controller.queue.add(request.metadata.name ?? "");
  };
  signingRequests.addHandler({ added: add, updated: add });
  return controller;
}

/** For machines whose clock is behind. */
const BACKDATE_MS = 5 * 60_000;
const SHORTEST_MS = 10 * 60_000;
/** A certificate that lives shorter has its whole life ahead; a longer one began it already. */
const SHORT_MS = 8 * 3_600_000;

/**
 * From when to when a certificate is good.
 * @param expirationSeconds - as asked for; absent for as long as may be
 * @see kubernetes pkg/controller/certificates/authority/policies.go (PermissiveSigningPolicy)
 */
export function decideValidity(
  now: number,
  expirationSeconds: number | undefined,
  durationMs: number,
): Validity {
  const lifeMs =
    expirationSeconds === undefined || expirationSeconds * 1000 > durationMs
      ? durationMs
      : Math.max(expirationSeconds * 1000, SHORTEST_MS);
  return {
    notBefore: now - BACKDATE_MS,
    notAfter: now + (lifeMs < SHORT_MS ? lifeMs : lifeMs - BACKDATE_MS),
  };
}

function issued(
  request: Readonly<CertificateSigningRequest>,
  certificate: string,
): CertificateSigningRequest {
  return { ...request, status: { ...request.status, certificate } };
}

function failed(
  request: Readonly<CertificateSigningRequest>,
  message: string,
  now: number,
): CertificateSigningRequest {
  const condition = {
    type: "Failed",
    status: "True",
    reason: "SignerValidationFailure",
    message,
    lastUpdateTime: formatTime(now),
  };
  const conditions = [...(request.status?.conditions ?? []), condition];
  return { ...request, status: { ...request.status, conditions } };
}

import type { CertificateSigningRequest, SubjectAccessReview } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { CERTIFICATE_SIGNING_REQUESTS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler } from "../reconciler.ts";
import type { CertificateIssuer, RequestedSubject } from "./certificate-issuer.ts";
import { isDecided, isIssued } from "./request-state.ts";
import { KUBELET_CLIENT_SIGNER, kubeletClientComplaint } from "./signers.ts";

export interface ApprovingControllerOptions {
  readonly client: Client;
  readonly signingRequests: Informer<CertificateSigningRequest>;
  readonly issuer: Pick<CertificateIssuer, "read">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request that may be approved by itself, if the one who asks holds a right to that. */
interface Recognition {
  /** On `certificatesigningrequests`. */
  readonly subresource: string;
  readonly message: string;
}

const SELF: Recognition = {
  subresource: "selfnodeclient",
  message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
};
const ANY_NODE: Recognition = {
  subresource: "nodeclient",
  message: "Auto approving kubelet client certificate after SubjectAccessReview.",
};

const WORKERS = 5;
/** @see kubernetes pkg/controller/certificates/certificate_controller.go (rate limiter) */
const LONGEST_BACKOFF_MS = 1_000_000;

/**
 * Approves client certificates of nodes for those who may have them. Keys are names of requests.
 * @see kubernetes pkg/controller/certificates/approver/sarapprove.go
 */
export function createApprovingController(options: ApprovingControllerOptions): Controller<string> {
  const { client, signingRequests, issuer, clock, logger } = options;
  const requests = client.resource(CERTIFICATE_SIGNING_REQUESTS);
  const reconciler: Reconciler<string> = {
    async reconcile(name, { signal }) {
      const request = signingRequests.lister.get("", name);
      if (request === undefined || isIssued(request) || isDecided(request)) return DONE;
      const recognitions = recognize(request, issuer.read(request.spec?.request ?? ""));
      for (const { subresource, message } of recognitions) {
        if (!(await mayHave(client, request, subresource, signal))) continue;
        await requests.update(approved(request, message), { subresource: "approval", signal });
        return DONE;
      }
      // Somebody may give the right later; nobody tells us.
      return recognitions.length === 0 ? DONE : { requeueLater: true };
    },
  };
  const controller = new Controller<string>({
    name: "certificatesigningrequest-approving-controller",
    clock,
    logger,
    identify: (name) => name,
    informers: [signingRequests],
    reconciler,
    workers: WORKERS,
    maxBackoffMs: LONGEST_BACKOFF_MS,
  });
  const add = ({ metadata }: Readonly<CertificateSigningRequest>): void =>
    controller.queue.add(metadata.name ?? "");
  signingRequests.addHandler({ added: add, updated: add });
  return controller;
}

/** As what a request may be approved, the narrowest first. */
function recognize(
  { spec }: Readonly<CertificateSigningRequest>,
  subject: RequestedSubject,
): readonly Recognition[] {
  if (spec?.signerName !== KUBELET_CLIENT_SIGNER) return [];
  if (kubeletClientComplaint(subject, spec.usages ?? []) !== undefined) return [];
  return spec.username === subject.commonName ? [SELF, ANY_NODE] : [ANY_NODE];
}

async function mayHave(
  client: Client,
  { spec }: Readonly<CertificateSigningRequest>,
  subresource: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { username = "", uid, groups, extra } = spec ?? {};
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: username,
      ...(uid === undefined ? {} : { uid }),
      ...(groups === undefined ? {} : { groups }),
      ...(extra === undefined ? {} : { extra }),
      resourceAttributes: {
        group: "certificates.k8s.io",
        version: "*",
        resource: "certificatesigningrequests",
        subresource,
        verb: "create",
      },
    },
  };
  const url = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const response = await client.send("POST", url, { body: review, signal });
  const { status } = JSON.parse(await response.text()) as SubjectAccessReview;
  return status?.allowed ?? false;
}

function approved(
  request: Readonly<CertificateSigningRequest>,
  message: string,
): CertificateSigningRequest {
  const condition = { type: "Approved", status: "True", reason: "AutoApproved", message };
  const conditions = [...(request.status?.conditions ?? []), condition];
  return { ...request, status: { ...request.status, conditions } };
}

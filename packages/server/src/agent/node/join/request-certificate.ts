import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { CertificateSigningRequest, KeyUsage } from "../../../api/types.ts";
import type { Client, ResourceClient } from "../../../client/client.ts";
import { isAlreadyExists, isExpired, isTransient } from "../../../client/errors.ts";
import { CERTIFICATE_SIGNING_REQUESTS } from "../../../client/resource-type.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { AlternativeNames } from "../../../tls/alternative-names.ts";
import type { Subject } from "../../../tls/certificate.ts";
import { createCertificateRequest } from "../../../tls/create-certificate-request.ts";

export interface WantedCertificate {
  readonly signerName: string;
  readonly subject: Subject;
  /** A P-256 key. */
  readonly key: KeyObject;
  readonly names?: AlternativeNames;
  readonly usages: readonly KeyUsage[];
  /** Whether an earlier request with the same key counts: nobody has answered it yet. */
  readonly resumes: boolean;
}

export interface RequestContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Somebody or something has answered, and there will be no certificate. */
export class CertificateRefusedError extends Error {
  override readonly name = "CertificateRefusedError";
}

/** How long an answer may take. @see client-go util/certificate (certificateWaitTimeout) */
const WAIT_MS = 15 * 60_000;
const PAUSE_MS = 1_000;

/**
 * Asks for a certificate over the API, and waits until it is there: somebody may have to approve it.
 * @returns PEM
 * @throws CertificateRefusedError; StatusError for a request that is not accepted; Error when nobody
 *   has answered for a quarter of an hour
 * @see client-go util/certificate/csr
 */
export async function requestCertificate(
  wanted: WantedCertificate,
  context: RequestContext,
): Promise<string> {
  const { client, clock, signal } = context;
  const requests = client.resource(CERTIFICATE_SIGNING_REQUESTS);
  const request = await ask(requests, wanted, signal);
  const timeout = new AbortController();
  const cancel = clock.after(WAIT_MS, () => timeout.abort());
  try {
    const patience = AbortSignal.any([signal, timeout.signal]);
    return await waitForAnswer(requests, request, clock, patience);
  } finally {
    cancel();
  }
}

async function ask(
  requests: ResourceClient<CertificateSigningRequest>,
  { signerName, subject, key, names, usages, resumes }: WantedCertificate,
  signal: AbortSignal,
): Promise<CertificateSigningRequest> {
  const pem = createCertificateRequest({ subject, key, ...(names === undefined ? {} : { names }) });
  const name = resumes ? resumableName(key, subject, usages) : "";
  const request: CertificateSigningRequest = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: resumes ? { name } : { generateName: "csr-" },
    spec: { request: Buffer.from(pem).toString("base64"), signerName, usages: [...usages] },
  };
  try {
    return await requests.create(request, { signal });
  } catch (error) {
    if (!resumes || !isAlreadyExists(error)) throw error;
    // The name is made of everything that matters, the key among it: it is ours.
    return await requests.get({ namespace: "", name }, { signal });
  }
}

/** @see kubernetes pkg/kubelet/certificate/bootstrap/bootstrap.go (digestedName) */
function resumableName(key: KeyObject, subject: Subject, usages: readonly string[]): string {
  const hash = createHash("sha512-256");
  const write = (data: Buffer): void => {
    // No such character is in the alphabet, so no two lists are the same text.
    hash.update(`${data.toString("base64url")}|`);
  };
  write(createPublicKey(key).export({ type: "spki", format: "der" }));
  write(Buffer.from(subject.commonName));
  for (const each of [...subject.organizations, ...usages]) write(Buffer.from(each));
  return `node-csr-${hash.digest("base64url")}`;
}

async function waitForAnswer(
  requests: ResourceClient<CertificateSigningRequest>,
  { metadata }: CertificateSigningRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const { name = "", uid } = metadata;
  const fieldSelector = `metadata.name=${name}`;
  const check = (found: CertificateSigningRequest | undefined): string | undefined => {
    if (found === undefined || found.metadata.uid !== uid) {
      throw new CertificateRefusedError(`csr ${JSON.stringify(name)} was deleted`);
    }
    return answerOf(found);
  };
  while (!signal.aborted) {
    try {
      const list = await requests.list({ fieldSelector, signal });
      const answer = check(list.items[0]);
      if (answer !== undefined) return answer;
      const resourceVersion = list.metadata.resourceVersion ?? "";
      for await (const event of requests.watch({ fieldSelector, resourceVersion, signal })) {
        if (event.type === "BOOKMARK") continue;
        const changed = check(event.type === "DELETED" ? undefined : event.object);
        if (changed !== undefined) return changed;
      }
    } catch (error) {
      if (signal.aborted) break;
      if (!isTransient(error) && !isExpired(error)) throw error;
      if (error instanceof CertificateRefusedError) throw error;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
  throw new Error(`nobody has answered csr ${JSON.stringify(name)} in time`);
}

function answerOf({ status }: CertificateSigningRequest): string | undefined {
  const conditions = status?.conditions ?? [];
  const refusal = conditions.find(({ type }) => type === "Denied" || type === "Failed");
  if (refusal !== undefined) {
    const what = refusal.type === "Denied" ? "is denied" : "failed";
    const { reason = "", message = "" } = refusal;
    throw new CertificateRefusedError(
      `certificate signing request ${what}, reason: ${reason}, message: ${message}`,
    );
  }
  const certificate = status?.certificate ?? "";
  const isApproved = conditions.some(({ type }) => type === "Approved");
  if (!isApproved || certificate === "") return undefined;
  return Buffer.from(certificate, "base64").toString();
}

/** The signers of Kubernetes itself: what each of them signs. @see kubernetes pkg/apis/certificates/helpers.go */
import type { AuthorityName, RequestedSubject } from "./certificate-issuer.ts";

/** Why a request is not signed; undefined when it is. */
type Complaint = string | undefined;

export interface Signer {
  readonly authority: AuthorityName;
  complain(subject: RequestedSubject, usages: readonly string[]): Complaint;
}

export const KUBELET_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";

/** By `spec.signerName`. */
export const SIGNERS: ReadonlyMap<string, Signer> = new Map<string, Signer>([
  [
    "kubernetes.io/kube-apiserver-client",
    { authority: "client", complain: (_subject, usages) => clientComplaint(usages) },
  ],
  [KUBELET_CLIENT_SIGNER, { authority: "client", complain: kubeletClientComplaint }],
  ["kubernetes.io/kubelet-serving", { authority: "serving", complain: kubeletServingComplaint }],
  // Requests of clusters from before there were signers. Upstream signs whatever was approved.
  ["kubernetes.io/legacy-unknown", { authority: "client", complain: () => undefined }],
]);

const OPTIONAL_CLIENT_USAGES = ["digital signature", "key encipherment"];

/** @see kubernetes pkg/controller/certificates/signer/signer.go (validAPIServerClientUsages) */
function clientComplaint(usages: readonly string[]): Complaint {
  const wrong = usages.find(
    (usage) => usage !== "client auth" && !OPTIONAL_CLIENT_USAGES.includes(usage),
  );
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  if (usages.includes("client auth")) return undefined;
  return "missing required usage for client certificate: client auth";
}

export function kubeletClientComplaint(
  { commonName, organizations, alternativeNames }: RequestedSubject,
  usages: readonly string[],
): Complaint {
  const { dnsNames, emailAddresses, ipAddresses, uris } = alternativeNames;
  if (!isOfNodes(organizations)) return WRONG_ORGANIZATION;
  if (dnsNames.length > 0) return "DNS subjectAltNames are not allowed";
  if (emailAddresses.length > 0) return NO_EMAIL_NAMES;
  if (ipAddresses.length > 0) return "IP subjectAltNames are not allowed";
  if (uris.length > 0) return NO_URI_NAMES;
  if (!isOfNode(commonName)) return WRONG_COMMON_NAME;
  return usagesComplaint(usages, "client auth");
}

function kubeletServingComplaint(
  { commonName, organizations, alternativeNames }: RequestedSubject,
  usages: readonly string[],
): Complaint {
  const { dnsNames, emailAddresses, ipAddresses, uris } = alternativeNames;
  if (!isOfNodes(organizations)) return WRONG_ORGANIZATION;
  if (dnsNames.length + ipAddresses.length === 0) return "DNS or IP subjectAltName is required";
  if (emailAddresses.length > 0) return NO_EMAIL_NAMES;
  if (uris.length > 0) return NO_URI_NAMES;
  return (
    usagesComplaint(usages, "server auth") ?? (isOfNode(commonName) ? undefined : WRONG_COMMON_NAME)
  );
}

const WRONG_ORGANIZATION = "subject organization is not system:nodes";
const WRONG_COMMON_NAME = "subject common name does not begin with system:node:";
const NO_EMAIL_NAMES = "Email subjectAltNames are not allowed";
const NO_URI_NAMES = "URI subjectAltNames are not allowed";

function isOfNodes(organizations: readonly string[]): boolean {
  return organizations.length === 1 && organizations[0] === "system:nodes";
}

function isOfNode(commonName: string): boolean {
  return commonName.startsWith("system:node:");
}

/** A key that is not RSA enciphers no keys. */
function usagesComplaint(usages: readonly string[], purpose: string): Complaint {
  const wanted = new Set(["digital signature", "key encipherment", purpose]);
  const given = new Set(usages);
  const isComplete = given.has("digital signature") && given.has(purpose);
  if (isComplete && [...given].every((usage) => wanted.has(usage))) return undefined;
  return `usages did not match [${[...wanted].sort().join(" ")}]`;
}

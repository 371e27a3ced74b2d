import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import type { Node, TokenRequest } from "../api/types.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import { describeChanges } from "../api/validation/field-changes.ts";
import { nodeNameOfUser } from "../authorization/node.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";
import { forbiddenNodeLabels } from "./node-labels.ts";
import { admitPodOfNode, existingPod, type NodePodDependencies } from "./node-restriction-pods.ts";
import { checkTokenAudience, type TokenAudienceDependencies } from "./node-token-audience.ts";

export interface NodeRestrictionDependencies
  extends NodePodDependencies,
    TokenAudienceDependencies {
  /** Common name in a certificate request, base64 of PEM. @throws Error for what is no request */
  readonly commonNameOf: (request: string) => string;
}

const LEASE_NAMESPACE = "kube-node-lease";
const NODE_SIGNERS: ReadonlySet<string> = new Set([
  "kubernetes.io/kubelet-serving",
  "kubernetes.io/kube-apiserver-client-kubelet",
]);

type Check = (
  dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
) => MaybePromise<void>;

const CHECKS: Readonly<Record<string, Check>> = {
  "/pods": admitPodOfNode,
  "/nodes": admitNode,
  "/persistentvolumeclaims": admitClaim,
  "/serviceaccounts": admitToken,
  "certificates.k8s.io/podcertificaterequests": (_dependencies, _node, attributes) => {
    throw admissionForbidden(attributes, "PodCertificateRequest feature gate is disabled");
  },
  "certificates.k8s.io/certificatesigningrequests": admitCertificateRequest,
  "coordination.k8s.io/leases": admitLease,
  "storage.k8s.io/csinodes": admitCsiNode,
  "resource.k8s.io/resourceslices": admitResourceSlice,
};

/**
 * Keeps a node to itself: its own Node object, lease and CSINode, pods that run on it, tokens of
 * these pods. The node authorizer has let the request through already; here the objects are seen.
 * @see kubernetes plugin/pkg/admission/noderestriction/admission.go
 */
export function createNodeRestriction(dependencies: NodeRestrictionDependencies): AdmissionPlugin {
  const check = (attributes: AdmissionAttributes): MaybePromise<void> => {
    const node = nodeNameOfUser(attributes.user);
    if (node === undefined || attributes.operation === "CONNECT") return;
    if (node === "") {
      const text = `could not determine node from user ${quoteGo(attributes.user.username)}`;
      throw admissionForbidden(attributes, text);
    }
    return CHECKS[`${attributes.group}/${attributes.resource}`]?.(dependencies, node, attributes);
  };
  return {
    name: "NodeRestriction",
    // In the mutating phase, as upstream: a token request is seen as the client sent it.
    mutate: check,
    validate: (attributes) => {
      if (attributes.operation === "DELETE") return check(attributes);
    },
  };
}

function admitNode(
  _dependencies: NodeRestrictionDependencies,
  name: string,
  attributes: AdmissionAttributes,
): void {
  const violation = nodeViolation(name, attributes);
  if (violation !== undefined) throw admissionForbidden(attributes, violation);
}

function nodeViolation(name: string, attributes: AdmissionAttributes): string | undefined {
  const { operation } = attributes;
  const requested = attributes.name;
  const own = `node ${quoteGo(name)} is not allowed to`;
  if (requested !== name) return `${own} modify node ${quoteGo(requested)}`;
  const node = (attributes.object ?? {}) as Node;
  if (operation === "CREATE") {
    if (node.spec?.configSource != null) return `${own} create pods with a non-nil configSource`;
    const labels = forbiddenNodeLabels(node.metadata?.labels);
    if (labels.length === 0) return undefined;
    return `${own} set the following labels: ${labels.join(", ")}`;
  }
  return operation === "UPDATE"
    ? nodeChangeViolation(own, node, (attributes.oldObject ?? {}) as Node)
    : undefined;
}

function nodeChangeViolation(own: string, node: Node, old: Node): string | undefined {
  const source = node.spec?.configSource;
  if (source != null && !semanticEqual(source, old.spec?.configSource)) {
    return `${own} update configSource to a new non-nil configSource`;
  }
  if (!semanticEqual(node.spec?.taints, old.spec?.taints)) return `${own} modify taints`;
  if (!semanticEqual(node.metadata?.ownerReferences, old.metadata?.ownerReferences)) {
    return `${own} modify ownerReferences`;
  }
  const labels = forbiddenNodeLabels(node.metadata?.labels, old.metadata?.labels);
  if (labels.length === 0) return undefined;
  return `is not allowed to modify labels: ${labels.join(", ")}`;
}

/** Of a claim, a node reports how large it has become, and no more. */
function admitClaim(
  _dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  const { operation, subresource, object, oldObject } = attributes;
  if (subresource !== "status") {
    throw admissionForbidden(attributes, "may only update PVC status");
  }
  if (operation !== "UPDATE" || object === undefined || oldObject === undefined) {
    throw admissionForbidden(attributes, `unexpected operation ${quoteGo(operation)}`);
  }
  const [before, now] = [withoutReport(oldObject), withoutReport(object)];
  if (semanticEqual(now, before)) return;
  const changes = describeChanges("core.v1.PersistentVolumeClaim", before, now);
  throw admissionForbidden(
    attributes,
    `node ${quoteGo(node)} is not allowed to update fields other than status.quantity and status.conditions: ${changes}`,
  );
}

function withoutReport(claim: Readonly<KubeObject>): unknown {
  const { resourceVersion: _version, managedFields: _managers, ...metadata } = claim.metadata;
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _resources,
    allocatedResourceStatuses: _statuses,
    ...status
  } = (claim.status ?? {}) as Record<string, unknown>;
  return { ...claim, apiVersion: "", kind: "", metadata, status };
}

/** Tokens for a node are bound to a pod that runs there, and meant for whom that pod talks to. */
function admitToken(
  dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): MaybePromise<void> {
  if (attributes.operation !== "CREATE" || attributes.subresource !== "token") return;
  const { spec } = (attributes.object ?? {}) as Partial<TokenRequest>;
  const reference = spec?.boundObjectRef;
  if (reference?.apiVersion !== "v1" || reference.kind !== "Pod" || !reference.name) {
    throw admissionForbidden(attributes, "node requested token not bound to a pod");
  }
  if (!reference.uid) {
    throw admissionForbidden(attributes, "node requested token with a pod binding without a uid");
  }
  const pod = existingPod(dependencies, attributes.namespace, reference.name);
  if (reference.uid !== pod.metadata?.uid) {
    throw admissionForbidden(
      attributes,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if ((pod.spec?.nodeName ?? "") !== node) {
    const text = "node requested token bound to a pod scheduled on a different node";
    throw admissionForbidden(attributes, text);
  }
  return checkTokenAudience(dependencies, attributes, spec?.audiences ?? [], pod);
}

function admitLease(
  _dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  if (attributes.namespace !== LEASE_NAMESPACE) {
    const text = `can only access leases in the ${quoteGo(LEASE_NAMESPACE)} system namespace`;
    throw admissionForbidden(attributes, text);
  }
  if (attributes.name === node) return;
  const text = "can only access node lease with the same name as the requesting node";
  throw admissionForbidden(attributes, text);
}

function admitCsiNode(
  _dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  if (attributes.name === node) return;
  const text = "can only access CSINode with the same name as the requesting node";
  throw admissionForbidden(attributes, text);
}

function admitResourceSlice(
  _dependencies: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  const { operation, object, oldObject } = attributes;
  if (operation !== "CREATE" && operation !== "DELETE") return;
  const slice = operation === "CREATE" ? object : oldObject;
  const { nodeName } = (slice?.spec ?? {}) as { readonly nodeName?: string };
  if (nodeName === node) return;
  const verb = operation === "CREATE" ? "create" : "delete";
  const text = `can only ${verb} ResourceSlice with the same NodeName as the requesting node`;
  throw admissionForbidden(attributes, text);
}

function admitCertificateRequest(
  { commonNameOf }: NodeRestrictionDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  if (attributes.operation !== "CREATE") return;
  const { signerName = "", request = "" } = (attributes.object?.spec ?? {}) as {
    readonly signerName?: string;
    readonly request?: string;
  };
  if (!NODE_SIGNERS.has(signerName)) return;
  let commonName: string;
  try {
    commonName = commonNameOf(request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw admissionForbidden(attributes, `unable to parse csr: ${why}`);
  }
  if (commonName === `system:node:${node}`) return;
  const text = `can only create a node CSR with CN=system:node:${node}`;
  throw admissionForbidden(attributes, text);
}

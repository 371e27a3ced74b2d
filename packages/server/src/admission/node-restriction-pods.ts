import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import { notFound } from "../api/status-error.ts";
import type { OwnerReference, Pod } from "../api/types.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { apiObjectReference } from "./api-object-references.ts";

/** What nodes are held to that write pods. Both read the newest state. */
export interface NodePodDependencies {
  readonly podOf: (namespace: string, name: string) => Readonly<KubeObject> | undefined;
  readonly nodeOf: (name: string) => Readonly<KubeObject> | undefined;
}

const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/** A pod by name. @throws StatusError 404 that names the kind in the singular, as upstream's caches do */
export function existingPod(
  { podOf }: Pick<NodePodDependencies, "podOf">,
  namespace: string,
  name: string,
): Pod {
  const pod = podOf(namespace, name);
  if (pod === undefined) throw notFound({ group: "", resource: "pod" }, name);
  return pod as Pod;
}

/** @throws StatusError 403, 404 */
export function admitPodOfNode(
  dependencies: NodePodDependencies,
  node: string,
  attributes: AdmissionAttributes,
): void {
  const violation = violationOf(dependencies, node, attributes);
  if (violation !== undefined) throw admissionForbidden(attributes, violation);
}

function violationOf(
  dependencies: NodePodDependencies,
  node: string,
  attributes: AdmissionAttributes,
): string | undefined {
  const { operation, subresource } = attributes;
  switch (subresource) {
    case "":
      break;
    case "status":
      return statusViolation(node, attributes);
    case "eviction": {
      const pod = existingPod(dependencies, attributes.namespace, attributes.name);
      return runsOn(pod, node)
        ? undefined
        : `node ${node} can only evict pods with spec.nodeName set to itself`;
    }
    default:
      return `unexpected pod subresource ${quoteGo(subresource)}, only 'status' and 'eviction' are allowed`;
  }
  switch (operation) {
    case "CREATE":
      return mirrorPodViolation(dependencies, node, (attributes.object ?? {}) as Pod);
    case "DELETE":
      return runsOn((attributes.oldObject ?? {}) as Pod, node)
        ? undefined
        : `node ${quoteGo(node)} can only delete pods with spec.nodeName set to itself`;
    default:
      return `unexpected operation ${quoteGo(operation)}, node ${quoteGo(node)} can only create and delete mirror pods`;
  }
}

function runsOn(pod: Pod, node: string): boolean {
  return pod.spec?.nodeName === node;
}

/** A mirror pod shows in the API what its node runs by itself: there, owned by it, self-contained. */
function mirrorPodViolation(
  dependencies: NodePodDependencies,
  node: string,
  pod: Pod,
): string | undefined {
  const only = `node ${quoteGo(node)} can only create`;
  if (pod.metadata?.annotations?.[MIRROR_ANNOTATION] === undefined) {
    return `pod does not have ${quoteGo(MIRROR_ANNOTATION)} annotation, ${only} mirror pods`;
  }
  if (!runsOn(pod, node)) return `${only} pods with spec.nodeName set to itself`;
  const [owner, second] = pod.metadata.ownerReferences ?? [];
  if (second !== undefined) return `${only} pods with a single owner reference set to itself`;
  const violation = ownerViolation(dependencies, node, owner);
  if (violation !== undefined) return violation;
  const reference = apiObjectReference(pod.spec ?? { containers: [] });
  if (reference === undefined) return undefined;
  return "problem" in reference
    ? `error checking mirror pod for API references: ${reference.problem}`
    : `node ${quoteGo(node)} can not create pods that reference ${reference.resource}`;
}

function ownerViolation(
  { nodeOf }: NodePodDependencies,
  node: string,
  owner: OwnerReference | undefined,
): string | undefined {
  const only = `node ${quoteGo(node)} can only create`;
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node) {
    return `${only} pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) {
    return `${only} pods with a controller owner reference set to itself`;
  }
  if (owner.blockOwnerDeletion === true) {
    return `node ${quoteGo(node)} must not set blockOwnerDeletion on an owner reference`;
  }
  const stored = nodeOf(node);
  if (stored === undefined) throw notFound({ group: "", resource: "node" }, node);
  const uid = stored.metadata.uid ?? "";
  return owner.uid === uid
    ? undefined
    : `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
}

function statusViolation(node: string, attributes: AdmissionAttributes): string | undefined {
  const own = `node ${quoteGo(node)}`;
  if (attributes.operation !== "UPDATE") {
    return `unexpected operation ${quoteGo(attributes.operation)}`;
  }
  const pod = (attributes.object ?? {}) as Pod;
  const old = (attributes.oldObject ?? {}) as Pod;
  if (!runsOn(old, node)) {
    return `${own} can only update pod status for pods with spec.nodeName set to itself`;
  }
  if (!semanticEqual(pod.metadata?.labels, old.metadata?.labels)) {
    return `${own} cannot update labels through pod status`;
  }
  const { resourceClaimStatuses, extendedResourceClaimStatus } = pod.status ?? {};
  if (!semanticEqual(resourceClaimStatuses, old.status?.resourceClaimStatuses)) {
    return `${own} cannot update resource claim statues`;
  }
  if (!semanticEqual(extendedResourceClaimStatus, old.status?.extendedResourceClaimStatus)) {
    return `${own} cannot update extended resource claim status`;
  }
  return undefined;
}

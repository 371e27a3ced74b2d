import type { AuthorizationAttributes, AuthorizationVerdict } from "./authorizer.ts";
import type { NodeGraph } from "./node-graph.ts";
import type { ReferenceKind } from "./pod-references.ts";

const LEASE_NAMESPACE = "kube-node-lease";

export const ALLOW: AuthorizationVerdict = Object.freeze({ decision: "allow", reason: "" });
export const NO_OPINION: AuthorizationVerdict = Object.freeze({
  decision: "no-opinion",
  reason: "",
});
/** No opinion, with the reason that a refusal shows. */
export function refuse(reason: string): AuthorizationVerdict {
  return { decision: "no-opinion", reason };
}

function isSelected(attributes: AuthorizationAttributes, field: string, value: string): boolean {
  return (attributes.fieldSelector ?? []).some(
    ({ key, operator, values }) => key === field && operator === "=" && values[0] === value,
  );
}

/** Decides for one node about one resource. */
export type NodeCheck = (node: string, attributes: AuthorizationAttributes) => AuthorizationVerdict;

/** What is looked at closer than the static rules do, by group and resource. */
export function nodeChecks(graph: NodeGraph): Readonly<Record<string, NodeCheck>> {
  const related = (kind: ReferenceKind): NodeCheck => relatedCheck(graph, kind);
  const read = (kind: ReferenceKind): NodeCheck => readCheck(related(kind));
  const get = (kind: ReferenceKind): NodeCheck => getCheck(related(kind));
  const claim = get("persistentvolumeclaims");
  const claimStatus = statusCheck(related("persistentvolumeclaims"));
  return {
    "/secrets": read("secrets"),
    "/configmaps": read("configmaps"),
    "/persistentvolumeclaims": (node, attributes) =>
      (attributes.subresource === "status" ? claimStatus : claim)(node, attributes),
    "/persistentvolumes": get("persistentvolumes"),
    "/serviceaccounts": accountCheck(read("serviceaccounts"), related("serviceaccounts")),
    "/nodes": nodeCheck,
    "/pods": podCheck(get("pods"), related("pods")),
    "resource.k8s.io/resourceclaims": get("resourceclaims"),
    "resource.k8s.io/resourceslices": sliceCheck(related("resourceslices")),
    "storage.k8s.io/volumeattachments": get("volumeattachments"),
    "storage.k8s.io/csinodes": csiNodeCheck,
    "coordination.k8s.io/leases": leaseCheck,
    // Gate PodCertificateRequest is off in 1.36.
    "certificates.k8s.io/podcertificaterequests": () => NO_OPINION,
  };
}

function relatedCheck(graph: NodeGraph, kind: ReferenceKind): NodeCheck {
  return (node, { namespace, name }) => {
    if (name === "") return refuse("No Object name found");
    return graph.isRelated(node, kind, namespace, name)
      ? ALLOW
      : refuse(`no relationship found between node '${node}' and this object`);
  };
}

function readCheck(related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    const { verb, subresource, namespace } = attributes;
    if (verb !== "get" && verb !== "list" && verb !== "watch") {
      return refuse("can only read resources of this type");
    }
    if (subresource !== "") return refuse("cannot read subresource");
    if (namespace === "") return refuse("can only read namespaced object of this type");
    return related(node, attributes);
  };
}

function getCheck(related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    if (attributes.verb !== "get") return refuse("can only get individual resources of this type");
    if (attributes.subresource !== "") return refuse("cannot get subresource");
    return related(node, attributes);
  };
}

function statusCheck(related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    const { verb } = attributes;
    // Upstream's words; its verbs do not include get.
    if (verb !== "update" && verb !== "patch") return refuse("can only get/update/patch this type");
    return related(node, attributes);
  };
}

function accountCheck(read: NodeCheck, related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    const { verb, subresource, name } = attributes;
    if (verb === "get" && subresource === "") return read(node, attributes);
    if (verb !== "create" || name === "") {
      return refuse("can only create tokens for individual service accounts");
    }
    if (subresource !== "token") {
      return refuse("can only create token subresource of serviceaccount");
    }
    return related(node, attributes);
  };
}

const OWN_OBJECT_VERBS: ReadonlySet<string> = new Set([
  "get",
  "create",
  "update",
  "patch",
  "delete",
]);

const leaseCheck: NodeCheck = (node, { verb, namespace, name }) => {
  if (!OWN_OBJECT_VERBS.has(verb)) {
    return refuse("can only get, create, update, patch, or delete a node lease");
  }
  if (namespace !== LEASE_NAMESPACE) {
    return refuse(`can only access leases in the "${LEASE_NAMESPACE}" system namespace`);
  }
  // The name of a create is in the body, which admission sees.
  if (verb !== "create" && name !== node) {
    return refuse("can only access node lease with the same name as the requesting node");
  }
  return ALLOW;
};

const csiNodeCheck: NodeCheck = (node, { verb, subresource, name }) => {
  if (!OWN_OBJECT_VERBS.has(verb)) {
    return refuse("can only get, create, update, patch, or delete a CSINode");
  }
  if (subresource !== "") return refuse("cannot authorize CSINode subresources");
  if (verb !== "create" && name !== node) {
    return refuse("can only access CSINode with the same name as the requesting node");
  }
  return ALLOW;
};

function sliceCheck(related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    if (attributes.subresource !== "") return refuse("cannot authorize ResourceSlice subresources");
    switch (attributes.verb) {
      case "create":
        return ALLOW;
      case "get":
      case "update":
      case "patch":
      case "delete":
        return related(node, attributes);
      case "watch":
      case "list":
      case "deletecollection":
        return isSelected(attributes, "spec.nodeName", node)
          ? ALLOW
          : refuse(
              "can only list/watch/deletecollection resourceslices with nodeName field selector",
            );
      default:
        return refuse(
          "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection",
        );
    }
  };
}

const nodeCheck: NodeCheck = (node, { verb, subresource, name }) => {
  const writes = verb === "update" || verb === "patch";
  if (subresource === "status") return writes ? ALLOW : NO_OPINION;
  if (subresource !== "") return NO_OPINION;
  if (writes || verb === "create") return ALLOW;
  if (verb !== "get" && verb !== "list" && verb !== "watch") return NO_OPINION;
  if (name === node) return ALLOW;
  return name === ""
    ? refuse(`node '${node}' cannot read all nodes, only its own Node object`)
    : refuse(`node '${node}' cannot read '${name}', only its own Node object`);
};

function podCheck(get: NodeCheck, related: NodeCheck): NodeCheck {
  return (node, attributes) => {
    const { verb, subresource, name } = attributes;
    if (subresource === "status") {
      return verb === "update" || verb === "patch" ? ALLOW : NO_OPINION;
    }
    if (subresource === "eviction") return verb === "create" ? ALLOW : NO_OPINION;
    if (subresource !== "") return NO_OPINION;
    if (verb === "get") return get(node, attributes);
    if (verb === "create" || verb === "delete") return ALLOW;
    if (verb !== "list" && verb !== "watch") return NO_OPINION;
    if (isSelected(attributes, "spec.nodeName", node)) return ALLOW;
    return name === ""
      ? refuse("can only list/watch pods with spec.nodeName field selector")
      : related(node, attributes);
  };
}

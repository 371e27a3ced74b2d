import type { Descriptions } from "./define.ts";

export const rbacV1Descriptions = (): Descriptions => ({
  AggregationRule: {
    "": "Says which roles a cluster role is put together from.",
    clusterRoleSelectors:
      "Selectors of cluster roles; the rules of every role that one of them chooses are taken over.",
  },
  ClusterRole: {
    "": "Rights that a binding may grant in one namespace or in the whole cluster.",
    rules: "The rights.",
    aggregationRule: "When set, a controller fills `rules` from other cluster roles.",
  },
  ClusterRoleBinding: {
    "": "Grants the rights of a cluster role everywhere.",
    subjects: "Who gets the rights.",
    roleRef: "The cluster role. Cannot be changed.",
  },
  PolicyRule: {
    "": "Rights: any of the verbs on any of the resources or paths. Rules only ever add rights.",
    verbs: "What may be done; `*` is everything.",
    apiGroups: "Groups of the resources; empty text is core, `*` is every group.",
    resources: "Resources, `resource/subresource` for subresources; `*` is every one.",
    resourceNames: "Only objects of these names; any object when empty.",
    nonResourceURLs:
      "Paths that are no resources; `*` as the last part stands for all below. Cluster roles only.",
  },
  Role: {
    "": "Rights within its namespace.",
    rules: "The rights.",
  },
  RoleBinding: {
    "": "Grants the rights of a role, or of a cluster role, within its namespace.",
    subjects: "Who gets the rights.",
    roleRef: "A role of the namespace, or a cluster role. Cannot be changed.",
  },
  RoleRef: {
    "": "Names the role that a binding grants.",
    apiGroup: "`rbac.authorization.k8s.io`.",
    kind: "`Role` or `ClusterRole`.",
    name: "Name of the role.",
  },
  Subject: {
    "": "Somebody who gets rights.",
    kind: "`User`, `Group` or `ServiceAccount`.",
    apiGroup: "Empty for service accounts, `rbac.authorization.k8s.io` for users and groups.",
    name: "Name of the user, group or service account.",
    namespace: "Namespace of the service account; empty for users and groups.",
  },
});

import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  object,
  optional,
  required,
  struct,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { rbacV1Descriptions } from "./rbac-v1-descriptions.ts";

export const rbacV1: SchemaPackage = definePackage({
  name: "rbac.v1",
  group: "rbac.authorization.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.rbac.v1",
  structs: () => ({
    AggregationRule: struct([
      optional("clusterRoleSelectors", "[]meta.v1.LabelSelector", 1, ATOMIC),
    ]),
    ClusterRole: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("rules", "[]rbac.v1.PolicyRule", 2, { ...ATOMIC, optional: true }),
      optional("aggregationRule", "*rbac.v1.AggregationRule", 3),
    ]),
    ClusterRoleBinding: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("subjects", "[]rbac.v1.Subject", 2, ATOMIC),
      required("roleRef", "rbac.v1.RoleRef", 3),
    ]),
    ClusterRoleBindingList: listOf("rbac.v1.ClusterRoleBinding"),
    ClusterRoleList: listOf("rbac.v1.ClusterRole"),
    PolicyRule: struct([
      required("verbs", "[]string", 1, ATOMIC),
      optional("apiGroups", "[]string", 2, ATOMIC),
      optional("resources", "[]string", 3, ATOMIC),
      optional("resourceNames", "[]string", 4, ATOMIC),
      optional("nonResourceURLs", "[]string", 5, ATOMIC),
    ]),
    Role: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("rules", "[]rbac.v1.PolicyRule", 2, { ...ATOMIC, optional: true }),
    ]),
    RoleBinding: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("subjects", "[]rbac.v1.Subject", 2, ATOMIC),
      required("roleRef", "rbac.v1.RoleRef", 3),
    ]),
    RoleBindingList: listOf("rbac.v1.RoleBinding"),
    RoleList: listOf("rbac.v1.Role"),
    RoleRef: struct([
      field("apiGroup", "string", 1, { optional: true }),
      required("kind", "string", 2),
      required("name", "string", 3),
    ]),
    Subject: struct([
      required("kind", "string", 1),
      optional("apiGroup", "string", 2),
      required("name", "string", 3),
      optional("namespace", "string", 4),
    ]),
  }),
  descriptions: [rbacV1Descriptions],
});

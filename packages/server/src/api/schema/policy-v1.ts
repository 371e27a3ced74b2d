import {
  definePackage,
  field,
  listOf,
  mergeMap,
  object,
  oneOf,
  optional,
  struct,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { policyV1Descriptions } from "./policy-v1-descriptions.ts";

export const policyV1: SchemaPackage = definePackage({
  name: "policy.v1",
  group: "policy",
  version: "v1",
  openApiPrefix: "io.k8s.api.policy.v1",
  structs: () => ({
    Eviction: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("deleteOptions", "*meta.v1.DeleteOptions", 2),
    ]),
    PodDisruptionBudget: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "policy.v1.PodDisruptionBudgetSpec", 2),
      optional("status", "policy.v1.PodDisruptionBudgetStatus", 3),
    ]),
    PodDisruptionBudgetList: listOf("policy.v1.PodDisruptionBudget"),
    PodDisruptionBudgetSpec: struct([
      optional("minAvailable", "*IntOrString", 1),
      optional("selector", "*meta.v1.LabelSelector", 2, { patchStrategy: "replace" }),
      optional("maxUnavailable", "*IntOrString", 3),
      optional("unhealthyPodEvictionPolicy", "*policy.v1.UnhealthyPodEvictionPolicyType", 4),
    ]),
    PodDisruptionBudgetStatus: struct([
      optional("observedGeneration", "int64", 1),
      optional("disruptedPods", "map[string]Time", 2),
      field("disruptionsAllowed", "int32", 3, { optional: true }),
      field("currentHealthy", "int32", 4, { optional: true }),
      field("desiredHealthy", "int32", 5, { optional: true }),
      field("expectedPods", "int32", 6, { optional: true }),
      optional("conditions", "[]meta.v1.Condition", 7, mergeMap("type")),
    ]),
  }),
  aliases: () => ({
    UnhealthyPodEvictionPolicyType: oneOf("IfHealthyBudget", "AlwaysAllow"),
  }),
  descriptions: [policyV1Descriptions],
});

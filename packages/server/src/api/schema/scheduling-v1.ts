import { definePackage, field, listOf, object, optional } from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { schedulingV1Descriptions } from "./scheduling-v1-descriptions.ts";

export const schedulingV1: SchemaPackage = definePackage({
  name: "scheduling.v1",
  group: "scheduling.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.scheduling.v1",
  structs: () => ({
    PriorityClass: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("value", "int32", 2, { optional: true }),
      optional("globalDefault", "bool", 3),
      optional("description", "string", 4),
      optional("preemptionPolicy", "*core.v1.PreemptionPolicy", 5),
    ]),
    PriorityClassList: listOf("scheduling.v1.PriorityClass"),
  }),
  descriptions: [schedulingV1Descriptions],
});

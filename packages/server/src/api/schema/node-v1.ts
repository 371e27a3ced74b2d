import { ATOMIC, definePackage, listOf, object, optional, required, struct } from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { nodeV1Descriptions } from "./node-v1-descriptions.ts";

export const nodeV1: SchemaPackage = definePackage({
  name: "node.v1",
  group: "node.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.node.v1",
  structs: () => ({
    Overhead: struct([optional("podFixed", "core.v1.ResourceList", 1)]),
    RuntimeClass: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("handler", "string", 2),
      optional("overhead", "*node.v1.Overhead", 3),
      optional("scheduling", "*node.v1.Scheduling", 4),
    ]),
    RuntimeClassList: listOf("node.v1.RuntimeClass"),
    Scheduling: struct([
      optional("nodeSelector", "map[string]string", 1, { mapType: "atomic" }),
      optional("tolerations", "[]core.v1.Toleration", 2, ATOMIC),
    ]),
  }),
  descriptions: [nodeV1Descriptions],
});

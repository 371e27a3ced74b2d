import { coordinationV1Descriptions } from "./coordination-v1-descriptions.ts";
import { definePackage, listOf, object, optional, struct, text } from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const coordinationV1: SchemaPackage = definePackage({
  name: "coordination.v1",
  group: "coordination.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.coordination.v1",
  structs: () => ({
    Lease: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "coordination.v1.LeaseSpec", 2),
    ]),
    LeaseList: listOf("coordination.v1.Lease"),
    LeaseSpec: struct([
      optional("holderIdentity", "*string", 1),
      optional("leaseDurationSeconds", "*int32", 2),
      optional("acquireTime", "*MicroTime", 3),
      optional("renewTime", "*MicroTime", 4),
      optional("leaseTransitions", "*int32", 5),
      optional("strategy", "*coordination.v1.CoordinatedLeaseStrategy", 6),
      optional("preferredHolder", "*string", 7),
    ]),
  }),
  aliases: () => ({
    CoordinatedLeaseStrategy: text(),
  }),
  descriptions: [coordinationV1Descriptions],
});

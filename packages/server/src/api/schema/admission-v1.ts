import { admissionV1Descriptions } from "./admission-v1-descriptions.ts";
import { ATOMIC, definePackage, field, object, optional, struct, text } from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const admissionV1: SchemaPackage = definePackage({
  name: "admission.v1",
  group: "admission.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.admission.v1",
  structs: () => ({
    AdmissionRequest: struct([
      field("uid", "string", 1, { optional: true }),
      field("kind", "meta.v1.GroupVersionKind", 2, { optional: true }),
      field("resource", "meta.v1.GroupVersionResource", 3, { optional: true }),
      optional("subResource", "string", 4),
      optional("requestKind", "*meta.v1.GroupVersionKind", 13),
      optional("requestResource", "*meta.v1.GroupVersionResource", 14),
      optional("requestSubResource", "string", 15),
      optional("name", "string", 5),
      optional("namespace", "string", 6),
      field("operation", "admission.v1.Operation", 7, { optional: true }),
      field("userInfo", "authentication.v1.UserInfo", 8, { optional: true }),
      optional("object", "RawExtension", 9),
      optional("oldObject", "RawExtension", 10),
      optional("dryRun", "*bool", 11),
      optional("options", "RawExtension", 12),
    ]),
    AdmissionResponse: struct([
      field("uid", "string", 1, { optional: true }),
      field("allowed", "bool", 2, { optional: true }),
      optional("status", "*meta.v1.Status", 3),
      optional("patch", "bytes", 4),
      optional("patchType", "*admission.v1.PatchType", 5),
      optional("auditAnnotations", "map[string]string", 6),
      optional("warnings", "[]string", 7, ATOMIC),
    ]),
    AdmissionReview: object([
      optional("request", "*admission.v1.AdmissionRequest", 1),
      optional("response", "*admission.v1.AdmissionResponse", 2),
    ]),
  }),
  aliases: () => ({
    Operation: text(),
    PatchType: text(),
  }),
  descriptions: [admissionV1Descriptions],
});

import { authorizationV1Descriptions } from "./authorization-v1-descriptions.ts";
import { ATOMIC, definePackage, field, object, omitEmpty, optional, struct } from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const authorizationV1: SchemaPackage = definePackage({
  name: "authorization.v1",
  group: "authorization.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.authorization.v1",
  structs: () => ({
    FieldSelectorAttributes: struct([
      optional("rawSelector", "string", 1),
      optional("requirements", "[]meta.v1.FieldSelectorRequirement", 2, ATOMIC),
    ]),
    LabelSelectorAttributes: struct([
      optional("rawSelector", "string", 1),
      optional("requirements", "[]meta.v1.LabelSelectorRequirement", 2, ATOMIC),
    ]),
    LocalSubjectAccessReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("spec", "authorization.v1.SubjectAccessReviewSpec", 2),
      optional("status", "authorization.v1.SubjectAccessReviewStatus", 3),
    ]),
    NonResourceAttributes: struct([optional("path", "string", 1), optional("verb", "string", 2)]),
    NonResourceRule: struct([
      field("verbs", "[]string", 1, ATOMIC),
      optional("nonResourceURLs", "[]string", 2, ATOMIC),
    ]),
    ResourceAttributes: struct([
      optional("namespace", "string", 1),
      optional("verb", "string", 2),
      optional("group", "string", 3),
      optional("version", "string", 4),
      optional("resource", "string", 5),
      optional("subresource", "string", 6),
      optional("name", "string", 7),
      optional("fieldSelector", "*authorization.v1.FieldSelectorAttributes", 8),
      optional("labelSelector", "*authorization.v1.LabelSelectorAttributes", 9),
    ]),
    ResourceRule: struct([
      field("verbs", "[]string", 1, ATOMIC),
      optional("apiGroups", "[]string", 2, ATOMIC),
      optional("resources", "[]string", 3, ATOMIC),
      optional("resourceNames", "[]string", 4, ATOMIC),
    ]),
    SelfSubjectAccessReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("spec", "authorization.v1.SelfSubjectAccessReviewSpec", 2),
      optional("status", "authorization.v1.SubjectAccessReviewStatus", 3),
    ]),
    SelfSubjectAccessReviewSpec: struct([
      optional("resourceAttributes", "*authorization.v1.ResourceAttributes", 1),
      optional("nonResourceAttributes", "*authorization.v1.NonResourceAttributes", 2),
    ]),
    SelfSubjectRulesReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("spec", "authorization.v1.SelfSubjectRulesReviewSpec", 2),
      optional("status", "authorization.v1.SubjectRulesReviewStatus", 3),
    ]),
    SelfSubjectRulesReviewSpec: struct([omitEmpty("namespace", "string", 1)]),
    SubjectAccessReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("spec", "authorization.v1.SubjectAccessReviewSpec", 2),
      optional("status", "authorization.v1.SubjectAccessReviewStatus", 3),
    ]),
    SubjectAccessReviewSpec: struct([
      optional("resourceAttributes", "*authorization.v1.ResourceAttributes", 1),
      optional("nonResourceAttributes", "*authorization.v1.NonResourceAttributes", 2),
      optional("user", "string", 3),
      optional("groups", "[]string", 4, ATOMIC),
      optional("extra", "map[string]authorization.v1.ExtraValue", 5),
      optional("uid", "string", 6),
    ]),
    SubjectAccessReviewStatus: struct([
      field("allowed", "bool", 1),
      optional("denied", "bool", 4),
      optional("reason", "string", 2),
      optional("evaluationError", "string", 3),
    ]),
    SubjectRulesReviewStatus: struct([
      field("resourceRules", "[]authorization.v1.ResourceRule", 1, ATOMIC),
      field("nonResourceRules", "[]authorization.v1.NonResourceRule", 2, ATOMIC),
      field("incomplete", "bool", 3),
      optional("evaluationError", "string", 4),
    ]),
  }),
  aliases: () => ({
    ExtraValue: { type: "[]string" },
  }),
  descriptions: [authorizationV1Descriptions],
});

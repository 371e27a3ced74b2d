import { authenticationV1Descriptions } from "./authentication-v1-descriptions.ts";
import { ATOMIC, definePackage, field, object, optional, required, struct } from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const authenticationV1: SchemaPackage = definePackage({
  name: "authentication.v1",
  group: "authentication.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.authentication.v1",
  structs: () => ({
    BoundObjectReference: struct([
      optional("kind", "string", 1),
      optional("apiVersion", "string", 2),
      optional("name", "string", 3),
      optional("uid", "string", 4),
    ]),
    SelfSubjectReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("status", "authentication.v1.SelfSubjectReviewStatus", 2),
    ]),
    SelfSubjectReviewStatus: struct([optional("userInfo", "authentication.v1.UserInfo", 1)]),
    TokenRequest: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      field("spec", "authentication.v1.TokenRequestSpec", 2, { optional: true }),
      optional("status", "authentication.v1.TokenRequestStatus", 3),
    ]),
    TokenRequestSpec: struct([
      field("audiences", "[]string", 1, { ...ATOMIC, optional: true }),
      field("expirationSeconds", "*int64", 4, { optional: true }),
      field("boundObjectRef", "*authentication.v1.BoundObjectReference", 3, { optional: true }),
    ]),
    TokenRequestStatus: struct([
      field("token", "string", 1, { optional: true }),
      field("expirationTimestamp", "Time", 2, { optional: true }),
    ]),
    TokenReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("spec", "authentication.v1.TokenReviewSpec", 2),
      optional("status", "authentication.v1.TokenReviewStatus", 3),
    ]),
    TokenReviewSpec: struct([
      required("token", "string", 1, { omitEmpty: true }),
      optional("audiences", "[]string", 2, ATOMIC),
    ]),
    TokenReviewStatus: struct([
      optional("authenticated", "bool", 1),
      optional("user", "authentication.v1.UserInfo", 2),
      optional("audiences", "[]string", 4, ATOMIC),
      optional("error", "string", 3),
    ]),
    UserInfo: struct([
      optional("username", "string", 1),
      optional("uid", "string", 2),
      optional("groups", "[]string", 3, ATOMIC),
      optional("extra", "map[string]authentication.v1.ExtraValue", 4),
    ]),
  }),
  aliases: () => ({
    ExtraValue: { type: "[]string" },
  }),
  descriptions: [authenticationV1Descriptions],
});

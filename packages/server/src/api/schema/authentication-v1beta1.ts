import { authenticationV1beta1Descriptions } from "./authentication-v1beta1-descriptions.ts";
import { ATOMIC, definePackage, object, optional, required, struct } from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const authenticationV1beta1: SchemaPackage = definePackage({
  name: "authentication.v1beta1",
  group: "authentication.k8s.io",
  version: "v1beta1",
  openApiPrefix: "io.k8s.api.authentication.v1beta1",
  structs: () => ({
    SelfSubjectReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("status", "authentication.v1beta1.SelfSubjectReviewStatus", 2),
    ]),
    SelfSubjectReviewStatus: struct([optional("userInfo", "authentication.v1.UserInfo", 1)]),
    TokenReview: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("spec", "authentication.v1beta1.TokenReviewSpec", 2),
      optional("status", "authentication.v1beta1.TokenReviewStatus", 3),
    ]),
    TokenReviewSpec: struct([
      required("token", "string", 1, { omitEmpty: true }),
      optional("audiences", "[]string", 2, ATOMIC),
    ]),
    TokenReviewStatus: struct([
      optional("authenticated", "bool", 1),
      optional("user", "authentication.v1beta1.UserInfo", 2),
      optional("audiences", "[]string", 4, ATOMIC),
      optional("error", "string", 3),
    ]),
    UserInfo: struct([
      optional("username", "string", 1),
      optional("uid", "string", 2),
      optional("groups", "[]string", 3, ATOMIC),
      optional("extra", "map[string]authentication.v1beta1.ExtraValue", 4),
    ]),
  }),
  aliases: () => ({
    ExtraValue: { type: "[]string" },
  }),
  descriptions: [authenticationV1beta1Descriptions],
});

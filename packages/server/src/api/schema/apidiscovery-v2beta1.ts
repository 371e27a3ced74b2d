import { apidiscoveryV2beta1Descriptions } from "./apidiscovery-v2beta1-descriptions.ts";
import {
  definePackage,
  field,
  listMap,
  listOf,
  object,
  omitEmpty,
  optional,
  SET,
  struct,
  text,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const apidiscoveryV2beta1: SchemaPackage = definePackage({
  name: "apidiscovery.v2beta1",
  group: "apidiscovery.k8s.io",
  version: "v2beta1",
  openApiPrefix: "io.k8s.api.apidiscovery.v2beta1",
  structs: () => ({
    APIGroupDiscovery: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      omitEmpty("versions", "[]apidiscovery.v2beta1.APIVersionDiscovery", 2, listMap("version")),
    ]),
    APIGroupDiscoveryList: listOf("apidiscovery.v2beta1.APIGroupDiscovery"),
    APIResourceDiscovery: struct([
      field("resource", "string", 1),
      omitEmpty("responseKind", "*meta.v1.GroupVersionKind", 2),
      field("scope", "apidiscovery.v2beta1.ResourceScope", 3),
      field("singularResource", "string", 4),
      field("verbs", "[]string", 5, SET),
      omitEmpty("shortNames", "[]string", 6, SET),
      omitEmpty("categories", "[]string", 7, SET),
      omitEmpty(
        "subresources",
        "[]apidiscovery.v2beta1.APISubresourceDiscovery",
        8,
        listMap("subresource"),
      ),
    ]),
    APISubresourceDiscovery: struct([
      field("subresource", "string", 1),
      omitEmpty("responseKind", "*meta.v1.GroupVersionKind", 2),
      omitEmpty(
        "acceptedTypes",
        "[]meta.v1.GroupVersionKind",
        3,
        listMap("group", "version", "kind"),
      ),
      field("verbs", "[]string", 4, SET),
    ]),
    APIVersionDiscovery: struct([
      field("version", "string", 1),
      omitEmpty("resources", "[]apidiscovery.v2beta1.APIResourceDiscovery", 2, listMap("resource")),
      omitEmpty("freshness", "apidiscovery.v2beta1.DiscoveryFreshness", 3),
    ]),
  }),
  aliases: () => ({
    DiscoveryFreshness: text(),
    ResourceScope: text(),
  }),
  descriptions: [apidiscoveryV2beta1Descriptions],
});

import { definePackage, field, optional, struct } from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { runtimeDescriptions } from "./runtime-descriptions.ts";

export const runtime: SchemaPackage = definePackage({
  name: "runtime",
  group: "",
  version: "",
  openApiPrefix: "io.k8s.apimachinery.pkg.runtime",
  structs: () => ({
    RawExtension: struct([field("raw", "bytes", 1, { optional: true })]),
    TypeMeta: struct([optional("apiVersion", "string", 1), optional("kind", "string", 2)]),
    Unknown: struct([
      field("typeMeta", "runtime.TypeMeta", 1, { optional: true }),
      field("raw", "bytes", 2, { optional: true }),
      field("contentEncoding", "string", 3, { optional: true }),
      field("contentType", "string", 4, { optional: true }),
    ]),
  }),
  descriptions: [runtimeDescriptions],
});

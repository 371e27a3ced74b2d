import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  mergeMap,
  object,
  omitEmpty,
  optional,
  struct,
  text,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const apiregistrationV1: SchemaPackage = definePackage({
  name: "apiregistration.v1",
  group: "apiregistration.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
  structs: () => ({
    APIService: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      omitEmpty("spec", "apiregistration.v1.APIServiceSpec", 2),
      omitEmpty("status", "apiregistration.v1.APIServiceStatus", 3),
    ]),
    APIServiceCondition: struct([
      field("type", "apiregistration.v1.APIServiceConditionType", 1),
      field("status", "apiregistration.v1.ConditionStatus", 2),
      optional("lastTransitionTime", "Time", 3),
      optional("reason", "string", 4),
      optional("message", "string", 5),
    ]),
    APIServiceList: listOf("apiregistration.v1.APIService"),
    APIServiceSpec: struct([
      optional("service", "*apiregistration.v1.ServiceReference", 1),
      omitEmpty("group", "string", 2),
      omitEmpty("version", "string", 3),
      omitEmpty("insecureSkipTLSVerify", "bool", 4),
      optional("caBundle", "bytes", 5, ATOMIC),
      field("groupPriorityMinimum", "int32", 7),
      field("versionPriority", "int32", 8),
    ]),
    APIServiceStatus: struct([
      optional("conditions", "[]apiregistration.v1.APIServiceCondition", 1, mergeMap("type")),
    ]),
    ServiceReference: struct([
      omitEmpty("namespace", "string", 1),
      omitEmpty("name", "string", 2),
      optional("port", "*int32", 3),
    ]),
  }),
  aliases: () => ({
    APIServiceConditionType: text(),
    ConditionStatus: text(),
  }),
});

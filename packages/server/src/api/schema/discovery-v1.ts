import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  object,
  omitEmpty,
  oneOf,
  optional,
  required,
  SET,
  struct,
} from "./define.ts";
import { discoveryV1Descriptions } from "./discovery-v1-descriptions.ts";
import type { SchemaPackage } from "./language.ts";

export const discoveryV1: SchemaPackage = definePackage({
  name: "discovery.v1",
  group: "discovery.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.discovery.v1",
  structs: () => ({
    Endpoint: struct([
      required("addresses", "[]string", 1, SET),
      omitEmpty("conditions", "discovery.v1.EndpointConditions", 2),
      optional("hostname", "*string", 3),
      optional("targetRef", "*core.v1.ObjectReference", 4),
      optional("deprecatedTopology", "map[string]string", 5),
      optional("nodeName", "*string", 6),
      optional("zone", "*string", 7),
      optional("hints", "*discovery.v1.EndpointHints", 8),
    ]),
    EndpointConditions: struct([
      optional("ready", "*bool", 1),
      optional("serving", "*bool", 2),
      optional("terminating", "*bool", 3),
    ]),
    EndpointHints: struct([
      omitEmpty("forZones", "[]discovery.v1.ForZone", 1, ATOMIC),
      omitEmpty("forNodes", "[]discovery.v1.ForNode", 2, ATOMIC),
    ]),
    EndpointPort: struct([
      omitEmpty("name", "*string", 1),
      omitEmpty("protocol", "*core.v1.Protocol", 2),
      omitEmpty("port", "*int32", 3),
      optional("appProtocol", "*string", 4),
    ]),
    EndpointSlice: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("addressType", "discovery.v1.AddressType", 4),
      field("endpoints", "[]discovery.v1.Endpoint", 2, { ...ATOMIC, optional: true }),
      field("ports", "[]discovery.v1.EndpointPort", 3, { ...ATOMIC, optional: true }),
    ]),
    EndpointSliceList: listOf("discovery.v1.EndpointSlice"),
    ForNode: struct([field("name", "string", 1)]),
    ForZone: struct([field("name", "string", 1)]),
  }),
  aliases: () => ({
    AddressType: oneOf("IPv4", "IPv6", "FQDN"),
  }),
  descriptions: [discoveryV1Descriptions],
});

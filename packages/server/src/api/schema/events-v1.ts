import { definePackage, field, listOf, object, omitEmpty, optional, struct } from "./define.ts";
import { eventsV1Descriptions } from "./events-v1-descriptions.ts";
import type { SchemaPackage } from "./language.ts";

export const eventsV1: SchemaPackage = definePackage({
  name: "events.v1",
  group: "events.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.events.v1",
  structs: () => ({
    Event: object([
      field("metadata", "meta.v1.ObjectMeta", 1, { optional: true }),
      field("eventTime", "MicroTime", 2),
      optional("series", "*events.v1.EventSeries", 3),
      omitEmpty("reportingController", "string", 4),
      omitEmpty("reportingInstance", "string", 5),
      omitEmpty("action", "string", 6),
      omitEmpty("reason", "string", 7),
      optional("regarding", "core.v1.ObjectReference", 8),
      optional("related", "*core.v1.ObjectReference", 9),
      optional("note", "string", 10),
      omitEmpty("type", "string", 11),
      optional("deprecatedSource", "core.v1.EventSource", 12),
      optional("deprecatedFirstTimestamp", "Time", 13),
      optional("deprecatedLastTimestamp", "Time", 14),
      optional("deprecatedCount", "int32", 15),
    ]),
    EventList: listOf("events.v1.Event"),
    EventSeries: struct([field("count", "int32", 1), field("lastObservedTime", "MicroTime", 2)]),
  }),
  descriptions: [eventsV1Descriptions],
});

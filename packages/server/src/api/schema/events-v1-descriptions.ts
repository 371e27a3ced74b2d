import type { Descriptions } from "./define.ts";

export const eventsV1Descriptions = (): Descriptions => ({
  Event: {
    "": "A report of something that happened to an object. It may be dropped or repeated; nothing should depend on it.",
    eventTime: "When it was first seen, to the microsecond.",
    series: "Present when the event repeats.",
    reportingController: "Name of the controller that reports it, `example.com/name`.",
    reportingInstance: "Instance of that controller.",
    action: "What was done about the object, or failed.",
    reason: "What happened, as one word in CamelCase.",
    regarding: "The object it happened to.",
    related: "A second object, for events that involve two.",
    note: "What happened, for people.",
    type: "`Normal` or `Warning`.",
    deprecatedSource: "Who reports it, in the old form.",
    deprecatedFirstTimestamp: "When it was first seen, in the old form.",
    deprecatedLastTimestamp: "When it was last seen, in the old form.",
    deprecatedCount: "How often it was seen, in the old form.",
  },
  EventSeries: {
    "": "Repetition of an event.",
    count: "How often it has been seen so far.",
    lastObservedTime: "When it was last seen.",
  },
});

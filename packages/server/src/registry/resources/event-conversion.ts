import type { KubeObject } from "../../api/object.ts";

/**
 * Events are core events in the store; the events.k8s.io group shows the same objects with other
 * field names. @see kubernetes pkg/apis/events/v1/conversion.go
 */
const NAMES: readonly (readonly [core: string, events: string])[] = [
  ["eventTime", "eventTime"],
  ["series", "series"],
  ["reportingComponent", "reportingController"],
  ["reportingInstance", "reportingInstance"],
  ["action", "action"],
  ["reason", "reason"],
  ["involvedObject", "regarding"],
  ["related", "related"],
  ["message", "note"],
  ["type", "type"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

function rename(
  object: Readonly<KubeObject>,
  apiVersion: string,
  names: readonly (readonly [from: string, to: string])[],
): KubeObject {
  const renamed: KubeObject = { kind: "Event", apiVersion, metadata: object.metadata };
  for (const [from, to] of names) {
    if (object[from] !== undefined) renamed[to] = object[from];
  }
  return renamed;
}

/** A core event as events.k8s.io/v1 shows it; shares its parts with the original. */
export function eventFromCore(object: Readonly<KubeObject>): KubeObject {
  return rename(object, "events.k8s.io/v1", NAMES);
}

/** The other way round. */
export function eventToCore(object: Readonly<KubeObject>): KubeObject {
  return rename(
    object,
    "v1",
    NAMES.map(([core, events]) => [events, core] as const),
  );
}

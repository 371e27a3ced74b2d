import type { Event } from "../api/types.ts";
import { formatTime } from "../runtime/clock.ts";
import { RecentMap } from "../runtime/recent-map.ts";

/** @see client-go tools/record/events_cache.go */
const MAX_KEYS = 4096;
/** So many different messages for one reason, and the rest is told in one event. */
const AGGREGATE_FROM = 10;
const AGGREGATE_WINDOW_MS = 600_000;
/** So many events about one object at once, and then one in five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
const COMBINED = "(combined from similar events): ";

/** What is to be done about an event: nothing, a new object, or a change of one that was made before. */
export type Correlation =
  | { readonly action: "skip" }
  | { readonly action: "create"; readonly event: Event }
  | { readonly action: "count"; readonly event: Event; readonly patch: EventPatch };

/** Strategic merge patch of an event that happened again. */
export interface EventPatch {
  readonly count: number;
  readonly lastTimestamp: string | undefined;
  readonly message: string | undefined;
}

interface Similar {
  readonly messages: Set<string>;
  lastAt: number;
}

interface Observed {
  readonly name: string;
  readonly firstTimestamp: string | undefined;
  count: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Keeps events few: one that repeats is counted on the object it made first, many that differ in
 * their messages alone become one, and who reports too much about one object is cut short.
 */
export class EventCorrelator {
  readonly #similar = new RecentMap<Similar>(MAX_KEYS);
  readonly #observed = new RecentMap<Observed>(MAX_KEYS);
  readonly #buckets = new RecentMap<Bucket>(MAX_KEYS);

  /** @param nameOf - A name for an event of its own about the same object. */
  correlate(event: Event, now: number, nameOf: () => string): Correlation {
    const [aggregated, key] = this.#aggregate(event, now, nameOf);
    const correlation = this.#count(aggregated, key);
    return this.#accepts(spamKey(event), now) ? correlation : { action: "skip" };
  }

  #aggregate(event: Event, now: number, nameOf: () => string): [Event, string] {
    const key = similarityKey(event);
    let similar = this.#similar.get(key);
    if (similar === undefined || now - similar.lastAt > AGGREGATE_WINDOW_MS) {
      similar = { messages: new Set(), lastAt: now };
    }
    similar.messages.add(event.message ?? "");
    similar.lastAt = now;
    this.#similar.set(key, similar);
    if (similar.messages.size < AGGREGATE_FROM) return [event, eventKey(event)];
    for (const any of similar.messages) {
      similar.messages.delete(any);
      break;
    }
    return [combine(event, nameOf(), formatTime(now)), key];
  }

  #count(event: Event, key: string): Correlation {
    const before = this.#observed.get(key);
    if (before === undefined) {
      const { name = "" } = event.metadata;
      this.#observed.set(key, { name, firstTimestamp: event.firstTimestamp, count: 1 });
      return { action: "create", event };
    }
    const count = before.count + 1;
    this.#observed.set(key, { ...before, count });
    const { lastTimestamp, message } = event;
    const { name, firstTimestamp = "" } = before;
    return {
      action: "count",
      event: { ...event, metadata: { ...event.metadata, name }, firstTimestamp, count },
      patch: { count, lastTimestamp, message },
    };
  }

  #accepts(key: string, now: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    const accepted = tokens >= 1;
    this.#buckets.set(key, { tokens: accepted ? tokens - 1 : tokens, at: now });
    return accepted;
  }
}

/** The event that stands for all that are like this one. */
function combine(event: Event, name: string, time: string): Event {
  const { involvedObject, message = "", metadata } = event;
  const { annotations: _annotations, ...rest } = metadata;
  const { reportingComponent: _component, reportingInstance: _instance, ...kept } = event;
  return {
    ...kept,
    metadata: { ...rest, name },
    involvedObject,
    message: COMBINED + message,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** Of one source about one object: any event. */
function spamKey({ source, involvedObject, type }: Event): string {
  const { kind, namespace, name, uid, apiVersion } = involvedObject;
  return join(source?.component, source?.host, kind, namespace, name, uid, apiVersion, type);
}

/** Of the same reason. */
function similarityKey(event: Event): string {
  const { reason, reportingComponent, reportingInstance } = event;
  return join(spamKey(event), reason, reportingComponent, reportingInstance);
}

/** Of the same message. */
function eventKey(event: Event): string {
  return join(spamKey(event), event.involvedObject.fieldPath, event.reason, event.message);
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.map((part) => part ?? "").join("\u0000");
}

import type { EventsV1Event, ObjectReference } from "../api/types.ts";

/** How long an event may repeat itself before it is another one. @see client-go tools/events */
const FINISH_MS = 360_000;

interface Series {
  readonly event: EventsV1Event;
  count: number;
  lastAt: number;
}

/** What is to be written: an event, or how often it has been seen by now; nothing when undefined. */
export type SeriesWrite =
  | { readonly action: "create"; readonly event: EventsV1Event }
  | {
      readonly action: "count";
      readonly event: EventsV1Event;
      readonly count: number;
      readonly lastAt: number;
    };

/**
 * Keeps events few: one that repeats becomes a series. Its second occurrence is written at once, the
 * others are counted here and written now and then, and when the series has ended.
 * @see client-go tools/events/event_broadcaster.go
 */
export class EventSeries {
  readonly #series = new Map<string, Series>();

  get size(): number {
    return this.#series.size;
  }

  observe(event: EventsV1Event, now: number): SeriesWrite | undefined {
    const key = keyOf(event);
    const known = this.#series.get(key);
    if (known === undefined) {
      this.#series.set(key, { event, count: 1, lastAt: now });
      return { action: "create", event };
    }
    known.count++;
    known.lastAt = now;
    return known.count === 2 ? writeOf(known) : undefined;
  }

  /** Series that go on, to be written so that they do not expire. */
  refresh(): readonly SeriesWrite[] {
    return [...this.#series.values()].filter(({ count }) => count > 1).map(writeOf);
  }

  /** Forgets what has not been seen for six minutes; answers the series among it. */
  finish(now: number): readonly SeriesWrite[] {
    const finished: SeriesWrite[] = [];
    for (const [key, series] of this.#series) {
      if (series.lastAt >= now - FINISH_MS) continue;
      this.#series.delete(key);
      if (series.count > 1) finished.push(writeOf(series));
    }
    return finished;
  }
}

function writeOf({ event, count, lastAt }: Series): SeriesWrite {
  return { action: "count", event, count, lastAt };
}

/** What it is about, and what happened: its text may differ. */
function keyOf(event: EventsV1Event): string {
  const { type, action, reason, reportingController, reportingInstance, regarding } = event;
  const parts = [type, action, reason, reportingController, reportingInstance];
  return [...parts, referenceKey(regarding)].join("\u0000");
}

function referenceKey(reference: ObjectReference = {}): string {
  const { apiVersion, kind, namespace, name, uid, resourceVersion, fieldPath } = reference;
  return [apiVersion, kind, namespace, name, uid, resourceVersion, fieldPath].join("\u0000");
}

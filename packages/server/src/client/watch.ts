import type { Status } from "../api/status-error.ts";
import { StatusError } from "../api/status-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { isTransient } from "./errors.ts";
import { readLines } from "./json-lines.ts";
import type { ApiObject } from "./resource-type.ts";
import type { TransportResponse } from "./transport.ts";

/** A change; of a bookmark only the revision counts. */
export interface WatchEvent<T extends ApiObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/**
 * Events of one answer, in order, until the server ends it.
 * @throws StatusError of an ERROR event
 */
export async function* decodeWatch<T extends ApiObject>(
  response: TransportResponse,
  parse: (text: string) => unknown,
): AsyncGenerator<WatchEvent<T>> {
  for await (const event of response.events?.() ?? parseEvents(response, parse)) {
    if (event.type === "ERROR") throw new StatusError(event.object as Status);
    yield event as WatchEvent<T>;
  }
}

async function* parseEvents(
  response: TransportResponse,
  parse: (text: string) => unknown,
): AsyncGenerator<{ readonly type: string; readonly object: object }> {
  for await (const line of readLines(response.chunks())) {
    yield parse(line) as { type: string; object: object };
  }
}

export interface ResumeDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** A watch that ends sooner than this, without an event, is resumed only after a pause. */
const SHORT_MS = 1_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Events from a revision on, without gap or repetition, over as many watches as it takes. Ends when
 * the signal aborts.
 * @param open - Opens a watch at a revision.
 * @throws StatusError when going on is not possible: 410 because the revision is no longer kept, 403 …
 */
export async function* resumeWatch<T extends ApiObject>(
  open: (resourceVersion: string) => AsyncIterable<WatchEvent<T>>,
  resourceVersion: string,
  { clock, random, signal }: ResumeDependencies,
): AsyncGenerator<WatchEvent<T>> {
  let revision = resourceVersion;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const openedAt = clock.now();
    let fruitful = false;
    try {
      for await (const event of open(revision)) {
        revision = event.object.metadata.resourceVersion ?? revision;
        fruitful = true;
        yield event;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isTransient(error)) throw error;
    }
    if (fruitful || clock.now() - openedAt >= SHORT_MS) {
      pauseMs = FIRST_PAUSE_MS;
      continue;
    }
    await clock.sleep(pauseMs * (1 + random.fraction()), signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

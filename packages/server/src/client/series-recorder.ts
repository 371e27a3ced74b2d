import type { EventsV1Event, ObjectReference } from "../api/types.ts";
import { type Clock, formatMicroTime } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { Client, ResourceClient } from "./client.ts";
import { isNamespaceTerminating, isNotFound } from "./errors.ts";
import { EventNames } from "./event-names.ts";
import { EventQueue } from "./event-queue.ts";
import type { EventType } from "./event-recorder.ts";
import { EventSeries, type SeriesWrite } from "./event-series.ts";
import type { ResourceType } from "./resource-type.ts";

const EVENTS_V1: ResourceType<EventsV1Event> = {
  group: "events.k8s.io",
  version: "v1",
  resource: "events",
  namespaced: true,
};

/** What happened to an object, in the words of events.k8s.io. */
export interface Occurrence {
  readonly about: ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  /** What was being done: `Binding`. */
  readonly action: string;
  readonly note: string;
}

export interface SeriesRecorderOptions {
  readonly client: Client;
  /** Who reports: `default-scheduler`. */
  readonly controller: string;
  /** On which machine. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see client-go tools/events/event_broadcaster.go */
const PAUSE_MS = 10_000;
const FINISH_EVERY_MS = 360_000;
const REFRESH_EVERY_MS = 1_800_000;
/** @see kubernetes pkg/apis/core/validation (NoteLengthLimit) */
const LONGEST_NOTE = 1024;

/**
 * Records events through events.k8s.io, where what repeats is a series. They are written in order,
 * one at a time, beside the work that they tell of; at the end what waits is dropped.
 */
export class SeriesRecorder implements Runnable {
  readonly #options: SeriesRecorderOptions;
  readonly #events: ResourceClient<EventsV1Event>;
  readonly #names: EventNames;
  readonly #series = new EventSeries();
  readonly #queue: EventQueue<SeriesWrite>;

  constructor(options: SeriesRecorderOptions) {
    this.#options = options;
    this.#events = options.client.resource(EVENTS_V1);
    this.#names = new EventNames(options);
    const { clock, random, logger } = options;
    this.#queue = new EventQueue({
      clock,
      prepare: (write) => (signal) => this.#send(write, signal),
      pauseMs: () => PAUSE_MS * (1 + random.fraction() / 4),
      onDropped: ({ event: { reason, regarding } }) =>
        logger.warn({ reason, regarding }, "too many events wait; those that come now are dropped"),
      onRefused: ({ event }, error) => this.#refused(event, error),
    });
  }

  /** Never throws and never waits: what cannot be written is dropped. */
  record(occurrence: Occurrence): void {
    const event = this.#make(occurrence);
    this.#write(this.#series.observe(event, this.#options.clock.now()));
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const cancels = [
      this.#every(FINISH_EVERY_MS, () => this.#series.finish(this.#options.clock.now())),
      this.#every(REFRESH_EVERY_MS, () => this.#series.refresh()),
    ];
    try {
      await this.#queue.run({ signal });
    } finally {
      for (const cancel of cancels) cancel();
    }
  }

  /** Calls `due` again and again, and writes what it answers, until it is cancelled. */
  #every(ms: number, due: () => readonly SeriesWrite[]): () => void {
    const { clock } = this.#options;
    const tick = (): void => {
      for (const write of due()) this.#write(write);
      cancel = clock.after(ms, tick);
    };
    let cancel = clock.after(ms, tick);
    return () => cancel();
  }

  #write(write: SeriesWrite | undefined): void {
    if (write !== undefined) this.#queue.add(write);
  }

  #make({ about, type, reason, action, note }: Occurrence): EventsV1Event {
    const { controller, host, clock } = this.#options;
    const { namespace = "", name = "" } = about;
    return {
      metadata: {
        name: this.#names.next(name),
        namespace: namespace === "" ? "default" : namespace,
      },
      eventTime: formatMicroTime(clock.now()),
      reportingController: controller,
      reportingInstance: `${controller}-${host}`,
      action,
      reason,
      regarding: about,
      note: note.length <= LONGEST_NOTE ? note : `${note.slice(0, LONGEST_NOTE - 4)} ...`,
      type,
    };
  }

  #refused({ reason, regarding }: EventsV1Event, error: unknown): void {
    const { logger } = this.#options;
    const fields = { error, reason, regarding };
    if (isNamespaceTerminating(error)) logger.debug(fields, "the server does not take an event");
    else logger.warn(fields, "the server does not take an event");
  }

  async #send(write: SeriesWrite, signal: AbortSignal): Promise<void> {
    const { event } = write;
    if (write.action === "create") {
      await this.#events.create(event, { signal });
      return;
    }
    const series = { count: write.count, lastObservedTime: formatMicroTime(write.lastAt) };
    const { namespace = "", name = "" } = event.metadata;
    try {
      const key = { namespace, name };
      await this.#events.patch(key, "strategic-merge-patch", { series }, { signal });
    } catch (error) {
      // Events live for an hour only.
      if (!isNotFound(error)) throw error;
      await this.#events.create({ ...event, series }, { signal });
    }
  }
}

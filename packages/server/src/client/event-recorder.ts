import type { Event, ObjectReference } from "../api/types.ts";
import { type Clock, formatTime } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { Client, ResourceClient } from "./client.ts";
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from "./errors.ts";
import { EventCorrelator } from "./event-correlator.ts";
import { EventNames } from "./event-names.ts";
import { EventQueue, type EventWrite } from "./event-queue.ts";
import { type ApiObject, EVENTS, type ObjectKey } from "./resource-type.ts";

export type EventType = "Normal" | "Warning";

/** Reports what happened to objects. */
export interface EventSink {
  /** Never throws and never waits: what cannot be written is dropped. */
  record(about: ObjectReference, type: EventType, reason: string, message: string): void;
}

export interface EventRecorderOptions {
  readonly client: Client;
  /** Who reports: `replicaset-controller`, `kubelet`. */
  readonly component: string;
  /** Where it runs; only agents say it. */
  readonly host?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see client-go tools/record/event.go */
const PAUSE_MS = 10_000;

/** What an event says of the object it is about. */
export function referenceTo(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  { metadata }: Readonly<ApiObject>,
): ObjectReference {
  const { namespace, name = "", uid = "", resourceVersion = "" } = metadata;
  const reference: ObjectReference = { kind, name, uid, apiVersion, resourceVersion };
  return namespace === undefined ? reference : { ...reference, namespace };
}

/**
 * Writes events in the order in which they were recorded, one at a time, beside the work that they
 * tell of. What is recorded before `run` or while it works waits in a bounded queue; at the end the
 * queue is dropped.
 */
export class EventRecorder implements EventSink, Runnable {
  readonly #options: EventRecorderOptions;
  readonly #events: ResourceClient<Event>;
  readonly #correlator = new EventCorrelator();
  readonly #names: EventNames;
  readonly #queue: EventQueue<Event>;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#events = options.client.resource(EVENTS);
    this.#names = new EventNames(options);
    const { clock, random, logger } = options;
    this.#queue = new EventQueue({
      clock,
      prepare: (event) => this.#prepare(event),
      pauseMs: (tries) => PAUSE_MS * (tries === 1 ? random.fraction() : 1),
      onDropped: ({ reason, involvedObject: about }) =>
        logger.warn({ reason, about }, "too many events wait; those that come now are dropped"),
      onRefused: (event, error) => this.#refused(event, error),
    });
  }

  record(about: ObjectReference, type: EventType, reason: string, message: string): void {
    this.#queue.add(this.#make(about, type, reason, message));
  }

  run(context: { readonly signal: AbortSignal }): Promise<void> {
    return this.#queue.run(context);
  }

  #make(about: ObjectReference, type: EventType, reason: string, message: string): Event {
    const { component, host, clock } = this.#options;
    const time = formatTime(clock.now());
    const { namespace = "", name = "" } = about;
    return {
      metadata: {
        name: this.#names.next(name),
        namespace: namespace === "" ? "default" : namespace,
      },
      involvedObject: about,
      reason,
      message,
      source: host === undefined ? { component } : { component, host },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type,
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
  }

  #prepare(event: Event): EventWrite | undefined {
    const { name = "" } = event.involvedObject;
    const correlation = this.#correlator.correlate(event, this.#options.clock.now(), () =>
      this.#names.next(name),
    );
    switch (correlation.action) {
      case "skip":
        return undefined;
      case "create":
        return (signal) => this.#create(correlation.event, signal);
      case "count":
        return (signal) => this.#count(correlation.event, correlation.patch, signal);
    }
  }

  async #create(event: Event, signal: AbortSignal): Promise<void> {
    await this.#events.create(event, { signal });
  }

  async #count(event: Event, patch: unknown, signal: AbortSignal): Promise<void> {
    const key: ObjectKey = {
      namespace: event.metadata.namespace ?? "",
      name: event.metadata.name ?? "",
    };
    try {
      await this.#events.patch(key, "strategic-merge-patch", patch, { signal });
    } catch (error) {
      // Events live for an hour only.
      if (!isNotFound(error)) throw error;
      await this.#create(event, signal);
    }
  }

  #refused(event: Event, error: unknown): void {
    const { logger } = this.#options;
    const fields = { error, reason: event.reason, about: event.involvedObject };
    if (isAlreadyExists(error) || isNamespaceTerminating(error)) {
      logger.debug(fields, "the server does not take an event");
    } else logger.warn(fields, "the server does not take an event");
  }
}

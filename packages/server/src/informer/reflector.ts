import type { ResourceClient, Selection } from "../client/client.ts";
import { isExpired } from "../client/errors.ts";
import type { ApiObject } from "../client/resource-type.ts";
import { resumeWatch, type WatchEvent } from "../client/watch.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";

/** What a reflector tells. Calls come one after another, in the order of revisions. */
export interface ReflectorSink<T extends ApiObject> {
  /** A list begins; what is not told until it is complete is gone. */
  listBegins(): void;
  listItem(object: T): void;
  listIsComplete(): void;
  /** The list was given up half way; another one follows. */
  listIsAbandoned(): void;
  changed(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
}

export interface ReflectorDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const FIRST_PAUSE_MS = 800;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows one collection: lists it in pages, then watches from the revision of the list, resumes
 * when a watch ends, and lists anew when the revision is no longer kept.
 * @see client-go tools/cache/reflector.go
 */
export class Reflector<T extends ApiObject> {
  readonly #client: ResourceClient<T>;
  readonly #selection: Selection;
  readonly #sink: ReflectorSink<T>;
  readonly #dependencies: ReflectorDependencies;

  constructor(
    client: ResourceClient<T>,
    selection: Selection,
    sink: ReflectorSink<T>,
    dependencies: ReflectorDependencies,
  ) {
    this.#client = client;
    this.#selection = selection;
    this.#sink = sink;
    this.#dependencies = dependencies;
  }

  /** Runs until `signal` aborts; never throws for what a server answers. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random, logger } = this.#dependencies;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const resourceVersion = await this.#list(signal);
        pauseMs = FIRST_PAUSE_MS;
        await this.#watch(resourceVersion, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) continue;
        const { resource } = this.#client.type;
        logger.warn({ resource, error }, "cannot follow a collection; listing it again");
        await clock.sleep(pauseMs * (1 + random.fraction()), signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    let resourceVersion = "";
    this.#sink.listBegins();
    try {
      for await (const page of this.#client.pages({ ...this.#selection, signal })) {
        for (const object of page.items) this.#sink.listItem(object);
        resourceVersion = page.metadata.resourceVersion ?? "";
      }
    } catch (error) {
      this.#sink.listIsAbandoned();
      throw error;
    }
    this.#sink.listIsComplete();
    return resourceVersion;
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const open = (resourceVersion: string): AsyncIterable<WatchEvent<T>> =>
      this.#client.watch({ ...this.#selection, resourceVersion, signal });
    const { clock, random } = this.#dependencies;
    for await (const event of resumeWatch(open, from, { clock, random, signal })) {
      if (event.type !== "BOOKMARK") this.#sink.changed(event.type, event.object);
    }
  }
}

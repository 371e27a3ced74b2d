import type { Amounts } from "../../api/quota/amounts.ts";
import { holdsResources } from "../../api/quota/pod-usage.ts";
import type { QuotaEvaluator } from "../../api/quota/quota-evaluator.ts";
import type { Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import type { Clock } from "../../runtime/clock.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import { changesUsage, keptOf, needsWhole } from "./counted-object.ts";
import type { CountedResource } from "./counted-resources.ts";

export interface CountedCollectionsOptions extends ReflectorDependencies {
  /** Reads every collection. */
  readonly reader: Client;
  /** Told that objects of this kind in a namespace may use less, or more, than before. */
  readonly onChange: (evaluator: QuotaEvaluator, namespace: string) => void;
}

/** The objects of one kind, followed from when a quota first names them. */
export class CountedCollection {
  readonly evaluator: QuotaEvaluator;
  readonly informer: Informer<ApiObject>;
  /** Resolves when all objects are known; rejects when they are followed no longer before that. */
  readonly synced: Promise<void>;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #usages = new WeakMap<object, Amounts>();

  constructor({ evaluator, type }: CountedResource, options: CountedCollectionsOptions) {
    const { reader, onChange, clock } = options;
    this.evaluator = evaluator;
    this.#clock = clock;
    const client = needsWhole(type) ? reader.resource(type) : reader.metadata(type);
    this.informer = createInformer({ ...options, client, transform: keptOf(type) });
    const tell = ({ metadata }: Readonly<ApiObject>): void =>
      onChange(evaluator, metadata.namespace ?? "");
    this.informer.addHandler({
      updated: (object, before) => {
        if (changesUsage(type, object, before, clock.now())) tell(object);
      },
      deleted: tell,
    });
    this.synced = this.#untilSynced();
    // Nobody may be waiting for it.
    this.synced.catch(() => {});
  }

  usageOf(object: Readonly<ApiObject>): Amounts {
    const now = this.#clock.now();
    if (this.evaluator.resource === "pods" && !holdsResources(object as Pod, now)) {
      return this.evaluator.usage(object, now);
    }
    let usage = this.#usages.get(object);
    if (usage === undefined) {
      usage = this.evaluator.usage(object, now);
      this.#usages.set(object, usage);
    }
    return usage;
  }

  async #untilSynced(): Promise<void> {
    await orAborted(this.informer.synced, this.#abort.signal);
    if (this.#abort.signal.aborted) throw new Error("no quota named it any more");
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.informer.run({ signal: AbortSignal.any([signal, this.#abort.signal]) });
  }

  stop(): void {
    this.#abort.abort();
  }
}

/** Longer a count does not wait for a collection that cannot be read; it is tried again later. */
const LONGEST_SYNC_MS = 30_000;

/** Those collections that quotas name, and no others. */
export class CountedCollections implements Runnable {
  readonly #options: CountedCollectionsOptions;
  readonly #collections = new Map<string, CountedCollection>();
  /** Those that have been started and have not ended yet. */
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: CountedCollectionsOptions) {
    this.#options = options;
  }

  /** Ends with all that has been started. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await orAborted(Promise.withResolvers<void>().promise, signal);
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  /** The collections, complete. @throws Error when they are not after a while, or are stopped meanwhile */
  async synced(
    resources: readonly CountedResource[],
    signal: AbortSignal,
  ): Promise<readonly CountedCollection[]> {
    const collections = resources.map((each) => this.#follow(each));
    const all = Promise.all(collections.map(({ synced }) => synced));
    const late = new AbortController();
    const timedOut = this.#options.clock
      .sleep(LONGEST_SYNC_MS, AbortSignal.any([signal, late.signal]))
      .then(() => "late" as const);
    const first = await Promise.race([all, timedOut]).finally(() => late.abort());
    signal.throwIfAborted();
    if (first === "late") throw new Error("what quotas are about cannot be read");
    return collections;
  }

  /** Stops following what is not among these. */
  keepOnly(resources: readonly CountedResource[]): void {
    const names = new Set(resources.map(nameOf));
    for (const [name, collection] of this.#collections) {
      if (names.has(name)) continue;
      collection.stop();
      this.#collections.delete(name);
    }
  }

  #follow(resource: CountedResource): CountedCollection {
    const name = nameOf(resource);
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new CountedCollection(resource, this.#options);
      this.#collections.set(name, collection);
      const running = collection
        .run(this.#closing.signal)
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
    return collection;
  }
}

function nameOf({ type }: CountedResource): string {
  return `${type.group}/${type.resource}`;
}

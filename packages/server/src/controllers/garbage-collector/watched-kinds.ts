import type { Client } from "../../client/client.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import { DISCOVERY_ROOTS, type DiscoveryPage, readDiscovery } from "../aggregated-discovery.ts";
import { type CollectedKinds, collectKinds, NO_KINDS } from "./collected-kinds.ts";
import { CollectionMonitor } from "./collection-monitor.ts";
import type { DependencyGraph } from "./dependency-graph.ts";

/** @see kubernetes cmd/kube-controller-manager/app/core.go (startGarbageCollectorController) */
const LOOK_EVERY_MS = 30_000;
/** Longer nobody waits for a collection that cannot be read. */
const LONGEST_SYNC_MS = 30_000;

export interface WatchedKindsOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly graph: DependencyGraph;
}

/**
 * Watches every kind whose objects can own or be owned, and goes on asking which kinds there are: a
 * new one is watched, one that is no longer served is not.
 */
export class WatchedKinds implements Runnable {
  readonly #options: WatchedKindsOptions;
  readonly #monitors = new Map<string, CollectionMonitor>();
  /** Of monitors that have been started and have not ended yet. */
  readonly #running = new Set<Promise<void>>();
  readonly #pages: (DiscoveryPage | undefined)[] = DISCOVERY_ROOTS.map(() => undefined);
  readonly #synced = Promise.withResolvers<void>();
  #kinds = NO_KINDS;

  constructor(options: WatchedKindsOptions) {
    this.#options = options;
  }

  get kinds(): CollectedKinds {
    return this.#kinds;
  }

  /** Resolves when the graph knows what there is, or it has taken too long. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        if (await this.#discover(signal)) await this.#change(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn({ error }, "cannot find out which kinds there are");
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    await Promise.all(this.#running);
  }

  /** Whether the kinds are others than before. */
  async #discover(signal: AbortSignal): Promise<boolean> {
    const { client } = this.#options;
    let isNew = false;
    for (const [index, root] of DISCOVERY_ROOTS.entries()) {
      const known = this.#pages[index];
      const page = await readDiscovery(client, root, { signal, known });
      isNew ||= page !== known;
      this.#pages[index] = page;
    }
    if (isNew) this.#kinds = collectKinds(this.#pages.flatMap((page) => page?.groups ?? []));
    return isNew;
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { client, graph, clock } = this.#options;
    const { watched } = this.#kinds;
    for (const [name, monitor] of this.#monitors) {
      if (watched.has(name)) continue;
      monitor.stop();
      this.#monitors.delete(name);
    }
    for (const [name, kind] of watched) {
      if (this.#monitors.has(name)) continue;
      const monitor = new CollectionMonitor(client, kind, graph, this.#options);
      this.#monitors.set(name, monitor);
      const running = monitor.run({ signal }).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
    const all = Promise.all([...this.#monitors.values()].map(({ synced }) => synced));
    const late = new AbortController();
    await Promise.race([
      orAborted(all, signal),
      clock.sleep(LONGEST_SYNC_MS, AbortSignal.any([signal, late.signal])),
    ]);
    late.abort();
    this.#synced.resolve();
  }
}

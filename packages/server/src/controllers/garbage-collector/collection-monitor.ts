import type { ObjectMeta } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import {
  Reflector,
  type ReflectorDependencies,
  type ReflectorSink,
} from "../../informer/reflector.ts";
import type { ServedKind } from "./collected-kinds.ts";
import type { DependencyGraph } from "./dependency-graph.ts";

/**
 * Tells the graph of the metadata of one collection, and keeps none of it. After a list it finds out
 * which objects of the graph have gone while nobody watched: those that the list did not have.
 */
export class CollectionMonitor implements ReflectorSink<ApiObject> {
  readonly #kind: ServedKind;
  readonly #graph: DependencyGraph;
  readonly #reflector: Reflector<ApiObject>;
  readonly #abort = new AbortController();
  /** Uids of what the graph knows and a list that is being read has not told yet. */
  #unlisted: Set<string> | undefined;
  readonly #synced = Promise.withResolvers<void>();

  constructor(
    client: Client,
    kind: ServedKind,
    graph: DependencyGraph,
    dependencies: ReflectorDependencies,
  ) {
    this.#kind = kind;
    this.#graph = graph;
    this.#reflector = new Reflector(client.metadata(kind.type), {}, this, dependencies);
  }

  /** Resolves when the first list is complete. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Runs until `signal` aborts or `stop` is called. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#reflector.run({ signal: AbortSignal.any([signal, this.#abort.signal]) });
    this.#synced.resolve();
  }

  stop(): void {
    this.#abort.abort();
  }

  listBegins(): void {
    this.#unlisted = new Set();
    for (const { identity, isVirtual } of this.#graph.all()) {
      if (!isVirtual && this.#isMine(identity)) this.#unlisted.add(identity.uid);
    }
  }

  listItem({ metadata }: ApiObject): void {
    this.#unlisted?.delete(metadata.uid ?? "");
    this.#graph.observe(this.#kind, metadata);
  }

  listIsComplete(): void {
    for (const uid of this.#unlisted ?? []) {
      const node = this.#graph.get(uid);
      if (node !== undefined) this.#graph.doubt(node);
    }
    this.#unlisted = undefined;
    this.#synced.resolve();
  }

  listIsAbandoned(): void {
    this.#unlisted = undefined;
  }

  changed(type: "ADDED" | "MODIFIED" | "DELETED", { metadata }: { metadata: ObjectMeta }): void {
    if (type === "DELETED") this.#graph.remove(this.#kind, metadata);
    else this.#graph.observe(this.#kind, metadata);
  }

  #isMine({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean {
    return apiVersion === this.#kind.apiVersion && kind === this.#kind.kind;
  }
}

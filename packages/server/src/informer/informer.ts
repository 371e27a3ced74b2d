import type { ResourceClient, Selection } from "../client/client.ts";
import { type ApiObject, keyOf } from "../client/resource-type.ts";
import type { Runnable } from "../runtime/task-group.ts";
import { Indexer } from "./indexer.ts";
import type { Lister } from "./lister.ts";
import { Reflector, type ReflectorDependencies, type ReflectorSink } from "./reflector.ts";

/** Told of changes after they are in the lister, one after another. Must be quick and not throw. */
export interface InformerHandler<T extends ApiObject> {
  added?(object: Readonly<T>): void;
  updated?(object: Readonly<T>, before: Readonly<T>): void;
  /** With the last state, and the one that was known before. */
  deleted?(object: Readonly<T>, before: Readonly<T>): void;
}

/**
 * The objects of one collection, kept current, with one copy for everybody who asks. `T` is what is
 * kept of each: all of it, or the part that a transform leaves.
 */
export interface Informer<T extends ApiObject> extends Runnable {
  readonly lister: Lister<T>;
  /** Resolves when the first list is complete. */
  readonly synced: Promise<void>;
  /** What is known already is told as added. */
  addHandler(handler: InformerHandler<T>): void;
}

export interface InformerOptions<Served extends ApiObject, T extends ApiObject>
  extends ReflectorDependencies {
  readonly client: ResourceClient<Served>;
  readonly selection?: Selection;
  /**
   * What is kept of an object, always with name, namespace, uid and resourceVersion. Memory is
   * what this is for: the object itself is dropped.
   */
  readonly transform: (object: Served) => T;
}

/** An informer that begins to follow its collection when it is run. */
export function createInformer<Served extends ApiObject, T extends ApiObject>(
  options: InformerOptions<Served, T>,
): Informer<T> {
  return new SharedInformer(options);
}

class SharedInformer<Served extends ApiObject, T extends ApiObject>
  implements Informer<T>, ReflectorSink<Served>
{
  readonly #options: InformerOptions<Served, T>;
  readonly #indexer = new Indexer<T>();
  readonly #handlers: InformerHandler<T>[] = [];
  /** While a list is read: what was known and has not been listed yet. */
  #unlisted: Indexer<T> | undefined;
  readonly synced: Promise<void>;
  readonly #markSynced: () => void;

  constructor(options: InformerOptions<Served, T>) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#markSynced = resolve;
  }

  get lister(): Lister<T> {
    return this.#indexer;
  }

  addHandler(handler: InformerHandler<T>): void {
    this.#handlers.push(handler);
    for (const object of this.#indexer.all()) this.#tell(() => handler.added?.(object));
  }

  async run(context: { readonly signal: AbortSignal }): Promise<void> {
    const { client, selection = {} } = this.#options;
    await new Reflector(client, selection, this, this.#options).run(context);
  }

  listBegins(): void {
    this.#unlisted = new Indexer();
    for (const object of this.#indexer.all()) this.#unlisted.put(object);
  }

  listItem(object: Served): void {
    const kept = this.#options.transform(object);
    this.#unlisted?.delete(keyOf(kept));
    this.#put(kept);
  }

  listIsComplete(): void {
    const gone = this.#unlisted;
    this.#unlisted = undefined;
    for (const object of gone?.all() ?? []) this.#delete(object);
    this.#markSynced();
  }

  listIsAbandoned(): void {
    this.#unlisted = undefined;
  }

  changed(type: "ADDED" | "MODIFIED" | "DELETED", object: Served): void {
    const kept = this.#options.transform(object);
    if (type === "DELETED") this.#delete(kept);
    else this.#put(kept);
  }

  #put(object: T): void {
    const before = this.#indexer.put(object);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    // Deleted and made anew while nobody watched: two objects, not one that changed.
    const sameObject = before?.metadata.uid === object.metadata.uid;
    for (const handler of this.#handlers) {
      this.#tell(() => {
        if (before === undefined) handler.added?.(object);
        else if (sameObject) handler.updated?.(object, before);
        else {
          handler.deleted?.(before, before);
          handler.added?.(object);
        }
      });
    }
  }

  #delete(object: T): void {
    const before = this.#indexer.delete(keyOf(object));
    if (before === undefined) return;
    for (const handler of this.#handlers) this.#tell(() => handler.deleted?.(object, before));
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.logger.error({ error }, "a handler of an informer failed");
    }
  }
}

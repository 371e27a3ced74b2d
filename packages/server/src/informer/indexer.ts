import type { ApiObject, ObjectKey } from "../client/resource-type.ts";
import type { Lister } from "./lister.ts";

/**
 * The newest known objects by namespace and name: `default → { builder → {…}, default → {…} }`.
 * Two levels because most questions are about one namespace, and because no key has to be kept
 * besides the names that the objects hold anyway.
 */
export class Indexer<T extends ApiObject> implements Lister<T> {
  readonly #namespaces = new Map<string, Map<string, Readonly<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): Readonly<T> | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  list(namespace: string): Iterable<Readonly<T>> {
    return this.#namespaces.get(namespace)?.values() ?? [];
  }

  *all(): Generator<Readonly<T>> {
    for (const objects of this.#namespaces.values()) yield* objects.values();
  }

  /** Adds or replaces; answers what was there before. */
  put(object: Readonly<T>): Readonly<T> | undefined {
    const { namespace = "", name = "" } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (objects === undefined) {
      objects = new Map();
      this.#namespaces.set(namespace, objects);
    }
    const before = objects.get(name);
    objects.set(name, object);
    if (before === undefined) this.#size++;
    return before;
  }

  /** Removes; answers what was there. */
  delete({ namespace, name }: ObjectKey): Readonly<T> | undefined {
    const objects = this.#namespaces.get(namespace);
    const before = objects?.get(name);
    if (objects === undefined || before === undefined) return undefined;
    objects.delete(name);
    if (objects.size === 0) this.#namespaces.delete(namespace);
    this.#size--;
    return before;
  }
}

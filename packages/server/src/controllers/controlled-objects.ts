import type { ApiObject } from "../client/resource-type.ts";
import type { Informer, InformerHandler } from "../informer/informer.ts";
import { controllerOf } from "./controller-ref.ts";

/**
 * The objects of an informer by who controls them, so that nobody has to look through a whole
 * namespace: `uid of a ReplicaSet → its pods`, `namespace → pods that nobody controls`.
 */
export class ControlledObjects<T extends ApiObject> implements InformerHandler<T> {
  readonly #byController = new Map<string, Map<string, Readonly<T>>>();
  readonly #orphans = new Map<string, Map<string, Readonly<T>>>();

  /** To be made before others add handlers: they are told after it. */
  constructor(informer: Informer<T>) {
    informer.addHandler(this);
  }

  /** What the object of this uid controls. */
  of(controllerUid: string): readonly Readonly<T>[] {
    return [...(this.#byController.get(controllerUid)?.values() ?? [])];
  }

  /** What nobody controls. */
  orphans(namespace: string): readonly Readonly<T>[] {
    return [...(this.#orphans.get(namespace)?.values() ?? [])];
  }

  added(object: Readonly<T>): void {
    const { index, key } = this.#place(object);
    let objects = index.get(key);
    if (objects === undefined) {
      objects = new Map();
      index.set(key, objects);
    }
    objects.set(nameOf(object), object);
  }

  updated(object: Readonly<T>, before: Readonly<T>): void {
    this.#remove(before);
    this.added(object);
  }

  deleted(_object: Readonly<T>, before: Readonly<T>): void {
    this.#remove(before);
  }

  #remove(object: Readonly<T>): void {
    const { index, key } = this.#place(object);
    const objects = index.get(key);
    if (objects === undefined) return;
    objects.delete(nameOf(object));
    if (objects.size === 0) index.delete(key);
  }

  #place(object: Readonly<T>) {
    const controller = controllerOf(object);
    return controller === undefined
      ? { index: this.#orphans, key: object.metadata.namespace ?? "" }
      : { index: this.#byController, key: controller.uid };
  }
}

function nameOf({ metadata }: Readonly<ApiObject>): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

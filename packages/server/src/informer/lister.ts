import type { ApiObject } from "../client/resource-type.ts";

/** Reads the objects an informer knows. They are shared: nobody changes them. */
export interface Lister<T extends ApiObject> {
  /** `namespace` is empty for objects of the cluster. */
  get(namespace: string, name: string): Readonly<T> | undefined;
  /** The objects of a namespace, in no particular order. */
  list(namespace: string): Iterable<Readonly<T>>;
  all(): Iterable<Readonly<T>>;
  readonly size: number;
}

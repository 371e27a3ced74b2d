import type { ObjectMeta, OwnerReference } from "../../api/types.ts";

/** The type under which an object was seen, or is referred to. */
export interface ObjectType {
  /** `v1`, `apps/v1` … */
  readonly apiVersion: string;
  readonly kind: string;
}

/** One object: what an owner reference says, and where it is. */
export interface ObjectReference extends ObjectType {
  readonly name: string;
  readonly uid: string;
  /** Empty for objects of the cluster. */
  readonly namespace: string;
}

export function referenceTo(
  { apiVersion, kind }: ObjectType,
  metadata: ObjectMeta,
): ObjectReference {
  const { name = "", uid = "", namespace = "" } = metadata;
  return { apiVersion, kind, name, uid, namespace };
}

/** The owner that a reference in an object of this namespace means. */
export function ownerIn(namespace: string, owner: OwnerReference): ObjectReference {
  const { apiVersion, kind, name, uid } = owner;
  return { apiVersion, kind, name, uid, namespace };
}

/** As events show it. @see kubernetes pkg/controller/garbagecollector/graph.go (objectReference) */
export function printReference(reference: ObjectReference): string {
  const { apiVersion, kind, namespace, name, uid } = reference;
  return `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
}

/** Whether two references mean one object, leaving aside where it is. */
export function isSameOwner(
  one: OwnerReference | ObjectReference,
  other: OwnerReference | ObjectReference,
): boolean {
  return (
    one.uid === other.uid &&
    one.name === other.name &&
    one.kind === other.kind &&
    one.apiVersion === other.apiVersion
  );
}

export function isSameReference(one: ObjectReference, other: ObjectReference): boolean {
  return isSameOwner(one, other) && one.namespace === other.namespace;
}

/** By kind, version, namespace, name and uid, in this order. */
export function compareReferences(one: ObjectReference, other: ObjectReference): number {
  for (const field of ["kind", "apiVersion", "namespace", "name", "uid"] as const) {
    if (one[field] !== other[field]) return one[field] < other[field] ? -1 : 1;
  }
  return 0;
}

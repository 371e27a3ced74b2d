import type { ApiObject } from "../client/resource-type.ts";

/** What most informers keep: who owns which field is of no interest to them, and takes more room than the rest. */
export function withoutFieldOwners<T extends ApiObject>(object: T): T {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

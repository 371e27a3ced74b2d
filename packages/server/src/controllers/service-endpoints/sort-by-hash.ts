import { dumpForHash } from "../../api/go-dump.ts";
import { fnv128 } from "../hash.ts";

/**
 * Values in the order that upstream gives them when it needs any that stays the same: that of the
 * hashes of how Go prints them.
 * @param type - A type reference of the tables.
 * @see kubernetes pkg/api/v1/endpoints/util.go, staging/src/k8s.io/endpointslice/util/controller_utils.go
 */
export function sortByHash<T>(type: string, values: readonly T[]): T[] {
  if (values.length < 2) return [...values];
  const encoder = new TextEncoder();
  const hashed = values.map((value) => ({
    value,
    hash: fnv128(encoder.encode(dumpForHash(type, value))),
  }));
  hashed.sort((left, right) => (left.hash < right.hash ? -1 : left.hash > right.hash ? 1 : 0));
  return hashed.map(({ value }) => value);
}

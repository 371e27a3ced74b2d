import type { ObjectMeta } from "./types.ts";

/**
 * Any API object: plain JSON values, timestamps as RFC 3339 strings, bytes as base64 strings, 64-bit
 * integers as numbers (bigint where a number would lose digits). Generated types in `types.ts` are
 * narrower views of the same values.
 */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** `v1` for the core group, `group/version` otherwise. */
export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** A deep copy of plain JSON values, which the caller may change. */
export function copyObject(object: Readonly<KubeObject>): KubeObject {
  return copyValue(object) as KubeObject;
}

/** A deep copy of a plain JSON value; much faster than `structuredClone`. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const inner = copyValue((value as Record<string, unknown>)[key]);
    if (key === "__proto__") Object.defineProperty(copy, key, { value: inner, enumerable: true });
    else copy[key] = inner;
  }
  return copy;
}

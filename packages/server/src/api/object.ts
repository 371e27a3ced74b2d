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

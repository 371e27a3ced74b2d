import type { KeyToPath } from "../../api/types.ts";
import type { FileProjection, Payload } from "./payload.ts";

/** Which keys of an object become files, and how. */
export interface KeySelection {
  /** All keys under their own names when empty. */
  readonly items: readonly KeyToPath[];
  readonly defaultMode: number;
  /** What is missing is left out. */
  readonly optional: boolean;
}

/**
 * Files of an object's keys.
 * @param dataOf - The bytes of a key; undefined when there is no such key.
 * @param missing - What a kubelet says of a key that is not there, before its name.
 * @throws Error for a key that is missing and not optional
 */
export function selectKeys(
  keys: Iterable<string>,
  dataOf: (key: string) => Uint8Array | undefined,
  { items, defaultMode, optional }: KeySelection,
  missing: string,
): Payload {
  const payload = new Map<string, FileProjection>();
  const wanted: Iterable<KeyToPath> =
    items.length > 0 ? items : [...keys].map((key) => ({ key, path: key }));
  for (const { key, path, mode = defaultMode } of wanted) {
    const data = dataOf(key);
    if (data !== undefined) payload.set(path, { data, mode });
    else if (!optional) throw new Error(`${missing}: ${key}`);
  }
  return payload;
}

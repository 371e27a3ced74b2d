/**
 * How a patched object is shown when it is wrong. Upstream's library reads the maps on a patch's way
 * into Go maps, which print their members sorted; all others stay the text that they were.
 * @see github.com/evanphx/json-patch v4 (lazyNode)
 */
import { writeAnyJson } from "../encode-json-text.ts";
import { compareText } from "../field-management/text-order.ts";
import { isJsonMap } from "./patch-value.ts";

/** Maps that a patch has looked into. */
export type TouchedMaps = Set<object>;

/** The text of a value: members of touched maps sorted, characters of HTML escaped as Go does. */
export function printTouched(value: unknown, touched: TouchedMaps): string {
  return writeAnyJson(sorted(value, touched));
}

/** Makes maps of a copy print as those that they are copies of. */
export function touchCopy(original: unknown, copy: unknown, touched: TouchedMaps): void {
  if (Array.isArray(original) && Array.isArray(copy)) {
    for (const [at, item] of original.entries()) touchCopy(item, copy[at], touched);
  } else if (isJsonMap(original) && isJsonMap(copy)) {
    if (touched.has(original)) touched.add(copy);
    for (const name of Object.keys(original)) touchCopy(original[name], copy[name], touched);
  }
}

function sorted(value: unknown, touched: TouchedMaps): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item, touched));
  if (!isJsonMap(value)) return value;
  const members = Object.entries(value);
  if (touched.has(value)) members.sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member, touched)]));
}

/**
 * How a patched object is shown when it is wrong. Upstream's library reads the maps on a patch's way
 * into Go maps, which print their members sorted; all others stay the text that they were.
 * @see github.com/evanphx/json-patch v4 (lazyNode)
 */
import { escapeHtml } from "../encode-json-text.ts";
import { compareText } from "../field-management/text-order.ts";
import { isJsonMap } from "./patch-value.ts";

/** Maps that a patch has looked into. */
export type TouchedMaps = Set<object>;

/** The text of a value: members of touched maps sorted, characters of HTML escaped as Go does. */
export function printTouched(value: unknown, touched: TouchedMaps): string {
  return escapeHtml(
    JSON.stringify(value, (_key, inner: unknown) =>
      isJsonMap(inner) && touched.has(inner) ? sorted(inner) : inner,
    ),
  );
}

function sorted(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => compareText(a, b)));
}

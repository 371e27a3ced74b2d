/** Texts that several printers share: containers, labels, selectors, lists cut short. */
import { type ApiLabelSelector, printLabelSelector, selectorFromApi } from "../../api/selectors.ts";
import { StatusError } from "../../api/status-error.ts";

export const NONE = "<none>";
export const UNSET = "<unset>";

/** How many items of a list are printed before `+ n more...`. */
const LIST_LIMIT = 3;

/** Names and images of containers, as two cells. */
export function containerCells(
  containers: readonly { readonly name: string; readonly image?: string }[] | null | undefined,
): [names: string, images: string] {
  const all = containers ?? [];
  return [all.map(({ name }) => name).join(","), all.map(({ image }) => image ?? "").join(",")];
}

/** `a=b,c=d` by key; `<none>` when there are none. @see apimachinery pkg/labels (FormatLabels) */
export function labelsText(labels: Readonly<Record<string, string>> | null | undefined): string {
  const pairs = Object.entries(labels ?? {});
  if (pairs.length === 0) return NONE;
  return pairs
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");
}

/** A selector as text, `unreadable` for one that has no meaning. */
export function selectorTextOr(
  selector: ApiLabelSelector | null | undefined,
  unreadable: string,
): string {
  try {
    const parsed = selectorFromApi(selector);
    return parsed === undefined ? "" : printLabelSelector(parsed);
  } catch (error) {
    if (error instanceof StatusError) return unreadable;
    throw error;
  }
}

/** `<none>` for a selector that is absent or selects all. @see meta/v1 FormatLabelSelector */
export function selectorText(selector: ApiLabelSelector | null | undefined): string {
  return selectorTextOr(selector, "<error>") || NONE;
}

/** The first three, and how many more there are; `empty` when there is nothing to show. */
export function firstOf(items: readonly string[], empty: string): string {
  const shown = items.slice(0, LIST_LIMIT).join(",");
  if (items.length > LIST_LIMIT) return `${shown} + ${items.length - LIST_LIMIT} more...`;
  return shown === "" ? empty : shown;
}

/** Go's strings for booleans in cells. */
export function booleanText(value: boolean | null | undefined): string {
  if (value === undefined || value === null) return UNSET;
  return value ? "True" : "False";
}

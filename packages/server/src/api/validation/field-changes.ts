/** Says what of a value changed, for errors that would otherwise only say that something did. */
import { prettyJson } from "../encode-json-text.ts";
import { internalForm } from "../internal-form.ts";
import { unifiedDiff } from "../unified-diff.ts";

/**
 * The difference of two values of a type of the tables, line by line of their JSON.
 * @see kubernetes apimachinery/pkg/util/diff/diff.go
 */
export function describeChanges(type: string, old: unknown, now: unknown): string {
  return unifiedDiff(print(type, old), print(type, now));
}

function print(type: string, value: unknown): string {
  return prettyJson(internalForm(type, value), " ");
}

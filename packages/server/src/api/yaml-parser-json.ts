/**
 * YAML that is JSON, which is most of what is applied by programs: read as what it is, in a
 * hundredth of the time.
 */
import { sortedKeys } from "./encode-json-text.ts";
import { countMembers, NOT_PLAIN } from "./json-parser-census.ts";
import { countMembersOf, type JsonValue, parseNatively, setMember } from "./json-parser-plain.ts";

/**
 * An object in one line of printable ASCII without escapes. Of tabs, line ends, other characters and
 * escapes YAML has ideas of its own.
 */
const PLAIN = /^\{[ -[\]-~]*\}\n?$/;
/** Longer keys are none in YAML. @see go.yaml.in/yaml/v2 scannerc.go (simple keys) */
const LONG_TEXT = /"[^"]{1000}/;

/** The value, keys sorted; undefined for what has to be read as YAML: duplicates, odd numbers, no JSON. */
export function readPlainJson(text: string): JsonValue | undefined {
  if (!PLAIN.test(text) || LONG_TEXT.test(text)) return undefined;
  const members = countMembers(text);
  if (members === NOT_PLAIN) return undefined;
  const value = parseNatively(text);
  return value === undefined || countMembersOf(value) !== members ? undefined : sorted(value);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const result: { [name: string]: JsonValue } = {};
  for (const key of sortedKeys(value)) setMember(result, key, sorted(value[key] ?? null));
  return result;
}

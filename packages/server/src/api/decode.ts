/**
 * Decoding by schema: JSON text or plain value → canonical object. Canonical means: known fields
 * only, in the order of the schema, zero values where and only where Go's encoder writes them, times,
 * quantities and base64 in their one form.
 *
 * A text takes the quick way: `JSON.parse`, then a compiled reader, and a comparison of the members
 * read with those counted in the text. What is not in order in any respect is read again exactly.
 */
import { decodeExactly } from "./decode-exact.ts";
import { type Finding, readerOf } from "./decode-fast.ts";
import { JsonTypeError } from "./decode-mismatch.ts";
import { type JsonNode, readJson } from "./json-parser.ts";
import { countMembers, NOT_PLAIN } from "./json-parser-census.ts";
import { exactNode, parseNatively } from "./json-parser-plain.ts";

export { JsonTypeError } from "./decode-mismatch.ts";

/** A decoded object, with what a strict client would call an error. */
export interface Decoded {
  readonly value: Record<string, unknown>;
  /** `unknown field "spec.x"`, `duplicate field "metadata.name"`, in the order of the text. */
  readonly strictErrors: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * Decodes a plain JSON value, the result of a patch for example.
 * @param typeName - a struct of the tables, `core.v1.Pod`.
 * @throws JsonTypeError
 */
export function decode(typeName: string, value: unknown): Decoded {
  const finding: Finding = { members: 0, isOdd: false };
  const quick = readerOf(typeName)(value, finding);
  if (!finding.isOdd && isRecord(quick)) return { value: quick, strictErrors: NONE };
  return decodeNode(typeName, exactNode(value));
}

/**
 * Decodes a JSON text.
 * @throws JsonSyntaxError, JsonTypeError
 */
export function decodeJson(typeName: string, text: string): Decoded {
  return decodeJsonQuickly(typeName, text) ?? decodeNode(typeName, readJson(text));
}

/** The quick way alone; undefined when the text must be read exactly. */
export function decodeJsonQuickly(typeName: string, text: string): Decoded | undefined {
  const members = countMembers(text);
  if (members === NOT_PLAIN) return undefined;
  const parsed = parseNatively(text);
  if (parsed === undefined) return undefined;
  const finding: Finding = { members: 0, isOdd: false };
  const value = readerOf(typeName)(parsed, finding);
  if (finding.isOdd || finding.members !== members || !isRecord(value)) return undefined;
  return { value, strictErrors: NONE };
}

/**
 * Decodes an exactly read value.
 * @throws JsonTypeError
 */
export function decodeNode(typeName: string, node: JsonNode): Decoded {
  const { value: clean, strictErrors } = decodeExactly(typeName, node);
  return { value: canonical(typeName, clean), strictErrors };
}

/**
 * Brings an object that was built in code, of known fields, into canonical form.
 * @throws JsonTypeError when a value does not fit the schema.
 */
export function canonical(typeName: string, value: unknown): Record<string, unknown> {
  const finding: Finding = { members: 0, isOdd: false };
  const result = readerOf(typeName)(value, finding);
  if (finding.isOdd || !isRecord(result)) {
    throw new JsonTypeError(`json: cannot make a ${typeName} of this value`);
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

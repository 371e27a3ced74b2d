/**
 * YAML bodies, turned into JSON the way sigs.k8s.io/yaml does it: YAML 1.1, first document only,
 * keys sorted. What remains is then decoded as JSON, so that YAML has no rules of its own.
 * @see sigs.k8s.io/yaml yaml.go · go.yaml.in/yaml/v2 decode.go
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { decodeBase64, normalizeBase64 } from "./decode-base64.ts";
import { sortedKeys, writeAnyJson } from "./encode-json-text.ts";
import { quoteGo } from "./go-quote.ts";
import { decodeText, type JsonValue, setMember } from "./json-parser-plain.ts";
import { readPlainJson } from "./yaml-parser-json.ts";
import { resolvePlain, type YamlScalar } from "./yaml-parser-scalars.ts";
import { checkYamlCharacters, decodeYamlText, YamlSyntaxError } from "./yaml-text.ts";

export { YamlSyntaxError } from "./yaml-text.ts";

export interface ParsedYaml {
  readonly value: JsonValue;
  /** `line 3: key "name" already set in map`, in the order of the text. */
  readonly duplicates: readonly string[];
}

/** Deeper nesting is refused: ours, upstream's limit is 10,000. */
const MAX_DEPTH = 1_000;
/** Upstream's words for it. */
const TOO_DEEP = "yaml: exceeded max depth of 10000";
/** Upstream's bounds of what aliases may make of a document, the strict end of them. */
const MAX_ALIASED_NODES = 100_000;

/**
 * Parses the first document; nothing is null.
 * @throws YamlSyntaxError
 */
export function parseYaml(source: Uint8Array | string): ParsedYaml {
  const text = typeof source === "string" ? source : decodeYamlText(source);
  const plain = readPlainJson(text);
  if (plain !== undefined) return { value: plain, duplicates: [] };
  checkYamlCharacters(text);
  const lines = new LineCounter();
  const document = firstDocument(text, lines);
  if (document === undefined) return { value: null, duplicates: [] };
  const [error] = document.errors;
  if (error !== undefined) throw new YamlSyntaxError(describeError(error, text, lines));
  const builder = new ValueBuilder(document, lines);
  const value = builder.build(document.contents);
  return { value, duplicates: builder.duplicates };
}

/**
 * The JSON text of a YAML document, keys sorted, and its duplicates as the one error that a strict
 * reader makes of them.
 * @throws YamlSyntaxError
 */
export function yamlToJson(source: Uint8Array | string): {
  readonly json: string;
  readonly strictErrors: readonly string[];
} {
  const { value, duplicates } = parseYaml(source);
  const lines = duplicates.map((each) => `\n  ${each}`).join("");
  return {
    json: writeAnyJson(value),
    strictErrors: lines === "" ? [] : [`yaml: unmarshal errors:${lines}`],
  };
}

function firstDocument(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    const documents = parseAllDocuments(text, {
      version: "1.1",
      schema: "failsafe",
      strict: true,
      uniqueKeys: false,
      merge: false,
      prettyErrors: false,
      logLevel: "silent",
      keepSourceTokens: false,
      lineCounter,
    });
    return Array.isArray(documents) ? documents[0] : undefined;
  } catch (error) {
    if (error instanceof RangeError) throw new YamlSyntaxError(TOO_DEEP);
    throw error;
  }
}

/** Turns nodes into values, counting what aliases multiply. */
class ValueBuilder {
  readonly duplicates: string[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #open = new Set<ParsedNode>();
  #aliasDepth = 0;
  #aliased = 0;
  #depth = 0;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  build(node: ParsedNode | null): JsonValue {
    if (node === null) return null;
    if (++this.#depth > MAX_DEPTH) throw new YamlSyntaxError(TOO_DEEP);
    if (this.#aliasDepth > 0 && ++this.#aliased > MAX_ALIASED_NODES) {
      throw new YamlSyntaxError("yaml: document contains excessive aliasing");
    }
    const value = this.#build(node);
    this.#depth--;
    return value;
  }

  #build(node: ParsedNode): JsonValue {
    if (isAlias(node)) return this.#alias(node);
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) return node.items.map((item) => this.build(item as ParsedNode | null));
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed);
    return null;
  }

  #alias(node: ParsedNode): JsonValue {
    const name = "source" in node ? String(node.source) : "";
    const target = isAlias(node) ? node.resolve(this.#document) : undefined;
    if (target === undefined)
      throw new YamlSyntaxError(`yaml: unknown anchor '${name}' referenced`);
    const resolved = target as ParsedNode;
    if (this.#open.has(resolved)) {
      throw new YamlSyntaxError(`yaml: anchor '${name}' value contains itself`);
    }
    this.#open.add(resolved);
    this.#aliasDepth++;
    const value = this.build(resolved);
    this.#aliasDepth--;
    this.#open.delete(resolved);
    return value;
  }

  #map(node: YAMLMap.Parsed): JsonValue {
    const result: Record<string, JsonValue> = {};
    const own = new Set<string>();
    this.#open.add(node);
    for (const pair of node.items) {
      const key: unknown = pair.key;
      if (isMergeKey(key)) {
        this.#merge(pair.value, result, own);
        continue;
      }
      const name = keyText(this.build(key as ParsedNode | null));
      const value = this.build(pair.value);
      if (own.has(name)) this.duplicates.push(this.#duplicate(name, pair.value ?? pair.key));
      own.add(name);
      setMember(result, name, value);
    }
    this.#open.delete(node);
    return sortMembers(result);
  }

  /** Members of a merged map, which those of the map itself override. */
  #merge(node: ParsedNode | null, into: Record<string, JsonValue>, own: Set<string>): void {
    const values = isSeq(node) ? [...node.items].reverse() : [node];
    for (const each of values) {
      const merged = this.build(each as ParsedNode | null);
      if (typeof merged !== "object" || merged === null || Array.isArray(merged)) {
        throw new YamlSyntaxError("yaml: map merge requires map or sequence of maps as the value");
      }
      for (const [name, value] of Object.entries(merged)) {
        if (!own.has(name)) setMember(into, name, value);
      }
    }
  }

  #duplicate(name: string, node: ParsedNode | null): string {
    const line = this.#lines.linePos(node?.range[0] ?? 0).line;
    return `line ${line}: key ${quoteGo(name)} already set in map`;
  }

  #scalar(node: Scalar.Parsed): JsonValue {
    const text = typeof node.value === "string" ? node.value : String(node.source);
    const tag = node.tag;
    if (tag === "tag:yaml.org,2002:binary") return decodeBinary(text);
    if (tag === "tag:yaml.org,2002:str") return text;
    const isPlain = node.type === Scalar.PLAIN;
    const value = isPlain ? resolvePlain(text) : text;
    if (tag === "tag:yaml.org,2002:float" && typeof value === "bigint") return Number(value);
    checkNumber(value);
    return value;
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === "<<";
}

function checkNumber(value: YamlScalar): void {
  if (typeof value !== "number" || Number.isFinite(value)) return;
  const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  throw new YamlSyntaxError(`json: unsupported value: ${name}`);
}

function decodeBinary(text: string): string {
  try {
    return decodeText(decodeBase64(normalizeBase64(text.replace(/\s+/g, ""))));
  } catch {
    throw new YamlSyntaxError("yaml: !!binary value contains invalid base64 data");
  }
}

/** Keys that are no strings become what JSON shows of them. */
function keyText(key: JsonValue): string {
  if (key === null || typeof key === "object") {
    throw new YamlSyntaxError(
      key === null
        ? "unsupported map key of type: %!s(<nil>), key: <nil>"
        : `yaml: invalid map key: ${writeAnyJson(key)}`,
    );
  }
  return String(key);
}

function sortMembers(members: Record<string, JsonValue>): Record<string, JsonValue> {
  const sorted: Record<string, JsonValue> = {};
  for (const key of sortedKeys(members)) setMember(sorted, key, members[key]);
  return sorted;
}

/** The library's errors in the words of libyaml, as far as people meet them. */
function describeError(error: YAMLError, text: string, lines: LineCounter): string {
  // The library's stack has ended.
  if (error.code === "RESOURCE_EXHAUSTION") return TOO_DEEP;
  const at = Math.min(error.pos[0], Math.max(0, text.trimEnd().length - 1));
  const line = Math.max(1, lines.linePos(at).line);
  return `yaml: line ${line}: ${wordsOf(error, text)}`;
}

function wordsOf(error: YAMLError, text: string): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "found character that cannot start any token";
    case "BAD_INDENT":
    case "MISSING_CHAR": {
      if (/flow (?:map|collection)|\}/.test(error.message)) {
        return isInsideList(text, error.pos[0])
          ? "did not find expected ',' or ']'"
          : "did not find expected ',' or '}'";
      }
      if (/flow sequence|\]/.test(error.message)) return "did not find expected ',' or ']'";
      if (/quote/.test(error.message)) return "found unexpected end of stream";
      return error.code === "MISSING_CHAR"
        ? "could not find expected ':'"
        : "did not find expected key";
    }
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "mapping values are not allowed in this context";
    case "BAD_DQ_ESCAPE":
      return "found unknown escape character";
    default:
      return "did not find expected key";
  }
}

/** Whether the innermost bracket open before a place is that of a list. */
function isInsideList(text: string, end: number): boolean {
  const before = text.slice(0, end);
  return before.lastIndexOf("[") > before.lastIndexOf("{");
}

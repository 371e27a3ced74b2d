/**
 * Values of a wrong type, in Go's words.
 * @see Go encoding/json/decode.go, UnmarshalTypeError
 */
import { JsonMembers, type JsonNode, JsonNumber } from "./json-parser.ts";

/** A value that does not fit the schema; `message` is Go's. */
export class JsonTypeError extends Error {
  readonly #conversionMessage: string;

  constructor(message: string, conversionMessage: string = message) {
    super(message);
    this.name = "JsonTypeError";
    this.#conversionMessage = conversionMessage;
  }

  /** What upstream says where it converts a decoded object; the same where nothing else is known. */
  get conversionMessage(): string {
    return this.#conversionMessage;
  }
}

/** A Go type: as errors name it (`v1.PullPolicy`), and of which kind it is (`string`). */
export interface GoTarget {
  readonly type: string;
  /** Undefined for types that decode themselves. */
  readonly kind: string | undefined;
}

export interface MismatchContent {
  readonly what: string;
  readonly target: GoTarget;
  readonly struct: string;
  readonly path: readonly string[];
  /** A number that is written with a point or an exponent. */
  readonly isFraction: boolean;
}

/** Go's UnmarshalTypeError, thrown where decoding ends at once and kept where it goes on. */
export class Mismatch {
  /** `string`, `number 1.5`, `object` … */
  readonly what: string;
  readonly target: GoTarget;
  readonly struct: string;
  readonly path: readonly string[];
  readonly isFraction: boolean;

  constructor({ what, target, struct, path, isFraction }: MismatchContent) {
    this.what = what;
    this.target = target;
    this.struct = struct;
    this.path = path;
    this.isFraction = isFraction;
  }

  /** The same, inside something else. */
  within(struct: string, path: readonly string[]): Mismatch {
    const { what, target, isFraction } = this;
    return new Mismatch({ what, target, struct, path: [...path, ...this.path], isFraction });
  }

  toError(): JsonTypeError {
    const where =
      this.path.length === 0 ? "Go value" : `Go struct field ${this.struct}.${this.path.join(".")}`;
    const message = `json: cannot unmarshal ${this.what} into ${where} of type ${this.target.type}`;
    return new JsonTypeError(message, conversionMessage(this) ?? message);
  }
}

const GO_KINDS: Readonly<Record<string, string>> = {
  string: "string",
  bool: "bool",
  number: "int64",
  array: "slice",
  object: "map",
};

/**
 * What the conversion of a decoded object says; undefined where it converts or says the same.
 * @see apimachinery pkg/runtime/converter.go (fromUnstructured)
 */
function conversionMessage({
  what,
  target: { type, kind },
  isFraction,
}: MismatchContent): string | undefined {
  // Types that decode themselves do so apart from where they stand.
  if (kind === undefined) return `json: cannot unmarshal ${what} into Go value of type ${type}`;
  const source = isFraction ? "float64" : GO_KINDS[what];
  if (source === undefined) return undefined;
  switch (kind) {
    case "struct":
      return `cannot restore struct from: ${source}`;
    case "slice":
    case "map":
      return `cannot restore ${kind} from ${source}`;
    case "string":
      if (source === "int64") return `cannot convert int64 to ${type}`;
      break;
    case "int32":
    case "int64":
      if (source === "float64") return `cannot convert float64 to ${type}`;
  }
  return `unrecognized type: ${kind}`;
}

/** What Go calls a value in its errors. */
export function kindOfNode(node: JsonNode): string {
  if (node === null) return "null";
  if (node instanceof JsonNumber) return "number";
  if (node instanceof JsonMembers) return "object";
  if (Array.isArray(node)) return "array";
  return typeof node === "boolean" ? "bool" : "string";
}

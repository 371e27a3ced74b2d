/**
 * Values of a wrong type, in Go's words.
 * @see Go encoding/json/decode.go, UnmarshalTypeError
 */
import { JsonMembers, type JsonNode, JsonNumber } from "./json-parser.ts";

/** A value that does not fit the schema; `message` is Go's. */
export class JsonTypeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonTypeError";
  }
}

/** Go's UnmarshalTypeError, thrown where decoding ends at once and kept where it goes on. */
export class Mismatch {
  readonly what: string;
  readonly goType: string;
  readonly struct: string;
  readonly path: readonly string[];
  constructor(what: string, goType: string, struct: string, path: readonly string[]) {
    this.what = what;
    this.goType = goType;
    this.struct = struct;
    this.path = path;
  }
  toError(): JsonTypeError {
    const where =
      this.path.length === 0 ? "Go value" : `Go struct field ${this.struct}.${this.path.join(".")}`;
    return new JsonTypeError(
      `json: cannot unmarshal ${this.what} into ${where} of type ${this.goType}`,
    );
  }
}

/** What Go calls a value in its errors. */
export function kindOfNode(node: JsonNode): string {
  if (node === null) return "null";
  if (node instanceof JsonNumber) return "number";
  if (node instanceof JsonMembers) return "object";
  if (Array.isArray(node)) return "array";
  return typeof node === "boolean" ? "bool" : "string";
}

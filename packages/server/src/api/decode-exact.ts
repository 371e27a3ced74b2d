/**
 * The exact way from JSON to an object: an interpreter of the schema that goes through a text member
 * by member, as Go's decoder does, and so finds the same errors in the same order. Its result is
 * clean (known fields of the right types), not yet canonical; `decode-fast.ts` makes it so.
 *
 * Two kinds of failure, as in Go: a wrong type is remembered, decoding goes on and ends with the first
 * one; a value whose type decodes itself (a time, a quantity) ends it at once.
 * @see sigs.k8s.io/json internal/golang/encoding/json/decode.go
 */
import {
  elementReference,
  goTypeOf,
  type ShapeField,
  shapeOf,
  UNION_SCHEMA,
  unionOf,
} from "./codec-shape.ts";
import { Base64Error, normalizeBase64 } from "./decode-base64.ts";
import { type GoTarget, JsonTypeError, kindOfNode, Mismatch } from "./decode-mismatch.ts";
import { quoteGo } from "./go-quote.ts";
import { isBeyond64Bits } from "./int64.ts";
import { JsonMembers, type JsonNode, JsonNumber } from "./json-parser.ts";
import { plainValue, setMember } from "./json-parser-plain.ts";
import { normalizeQuantity, QuantityError } from "./quantity.ts";
import { type ResolvedType, resolveType, type Scalar, type WellKnown } from "./scheme.ts";
import { normalizeTime, TimeFormatError } from "./time-format.ts";
import { parseDuration, printDuration } from "./time-format-duration.ts";

export interface ExactResult {
  readonly value: unknown;
  /** `unknown field "…"` and `duplicate field "…"`, in the order of the text. */
  readonly strictErrors: readonly string[];
}

/** Upstream stops counting there. */
const MAX_STRICT_ERRORS = 100;
/** Fields inside one another, ours: no object needs a tenth of it, and the stack has room for more. */
const MAX_PATH = 500;
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Decodes an exactly read value as a struct.
 * @throws JsonTypeError
 */
export function decodeExactly(typeName: string, node: JsonNode): ExactResult {
  const decoder = new ExactDecoder();
  try {
    const value = decoder.into(undefined, node, typeName);
    if (decoder.firstError !== undefined) throw decoder.firstError.toError();
    return { value, strictErrors: [...decoder.strictErrors] };
  } catch (error) {
    const thrown = error instanceof Mismatch ? error.toError() : error;
    const first = decoder.firstError?.toError();
    if (first === undefined || first === thrown || !(thrown instanceof JsonTypeError)) throw thrown;
    // Decoding tells of what ended it, a conversion of what it met first.
    throw new JsonTypeError(thrown.message, first.conversionMessage);
  }
}

class ExactDecoder {
  firstError: { toError(): JsonTypeError } | undefined;
  readonly strictErrors = new Set<string>();
  /** The innermost struct, and the fields on the way to the present place: Go's error context. */
  #struct = "";
  #path: string[] = [];
  /** The place as strict errors show it, with indexes and keys. */
  #place = "";

  /** Decodes into what is there already, as Go does when a member comes twice. */
  into(existing: unknown, node: JsonNode, reference: string): unknown {
    const type = resolveType(reference);
    return this.#decode(existing, node, type, reference);
  }

  #decode(existing: unknown, node: JsonNode, type: ResolvedType, reference: string): unknown {
    switch (type.kind) {
      case "pointer":
        if (node === null) return undefined;
        return this.#decode(existing, node, type.element, reference.slice(1));
      case "struct":
        return this.#struct_(existing, node, type.typeName);
      case "list":
        return this.#list(existing, node, reference);
      case "map":
        return this.#map(existing, node, reference);
      case "scalar":
        return this.#scalar(existing, node, type.scalar, reference);
      case "wellKnown":
        return this.#wellKnown(node, type.name);
    }
  }

  #struct_(existing: unknown, node: JsonNode, typeName: string): unknown {
    if (unionOf(typeName) !== undefined) return this.#union(node, typeName);
    if (node === null) return existing ?? {};
    if (!(node instanceof JsonMembers)) {
      return this.#mismatch(node, { type: goTypeOf(typeName), kind: "struct" }, existing);
    }
    const shape = shapeOf(typeName);
    const result: Record<string, unknown> = isRecord(existing) ? existing : {};
    const seen = new Set<string>();
    const [outer, depth, place] = [this.#struct, this.#path.length, this.#place];
    node.names.forEach((name, index) => {
      const field = shape.byName.get(name);
      if (field === undefined) {
        this.#strict("unknown", name);
        return;
      }
      if (seen.has(name)) this.#strict("duplicate", name);
      seen.add(name);
      this.#enter(shape.goName, field);
      const value = this.#field(result[name], node.values[index] ?? null, field);
      if (value === undefined) delete result[name];
      else result[name] = value;
      this.#struct = outer;
      this.#path.length = depth;
      this.#place = place;
    });
    return result;
  }

  #enter(goName: string, field: ShapeField): void {
    if (this.#path.length > MAX_PATH) throw new JsonTypeError("exceeded max depth");
    this.#path.push(...field.embedded, field.name);
    this.#struct = goName;
    this.#place = this.#place === "" ? field.name : `${this.#place}.${field.name}`;
  }

  #field(existing: unknown, node: JsonNode, field: ShapeField): unknown {
    return this.#decode(existing, node, field.type, field.reference);
  }

  #list(existing: unknown, node: JsonNode, reference: string): unknown {
    if (node === null) return undefined;
    if (!Array.isArray(node)) {
      return this.#mismatch(node, { type: goTypeOf(reference), kind: "slice" }, existing);
    }
    const element = elementReference(reference);
    const before: readonly unknown[] = Array.isArray(existing) ? existing : [];
    const place = this.#place;
    return node.map((item, index) => {
      this.#place = `${place}[${index}]`;
      const value = this.into(before[index], item, element);
      this.#place = place;
      return value ?? null;
    });
  }

  #map(existing: unknown, node: JsonNode, reference: string): unknown {
    if (node === null) return undefined;
    if (!(node instanceof JsonMembers)) {
      return this.#mismatch(node, { type: goTypeOf(reference), kind: "map" }, existing);
    }
    const element = elementReference(reference);
    const result: Record<string, unknown> = isRecord(existing) ? existing : {};
    const seen = new Set<string>();
    const place = this.#place;
    node.names.forEach((name, index) => {
      if (seen.has(name)) this.#strict("duplicate", name);
      seen.add(name);
      this.#place = place === "" ? name : `${place}.${name}`;
      setMember(result, name, this.into(undefined, node.values[index] ?? null, element) ?? null);
      this.#place = place;
    });
    return result;
  }

  #scalar(existing: unknown, node: JsonNode, scalar: Scalar, reference: string): unknown {
    if (node === null) return scalar === "bytes" ? undefined : existing;
    const type = goTypeOf(reference);
    const target = { type, kind: scalar === "bytes" ? "slice" : scalar };
    switch (scalar) {
      case "string":
        return typeof node === "string" ? node : this.#mismatch(node, target, existing);
      case "bool":
        return typeof node === "boolean" ? node : this.#mismatch(node, target, existing);
      case "bytes":
        return this.#bytes(node, existing, target);
      case "int32":
      case "int64":
        return this.#integer(node, scalar, existing, target);
      case "float64": {
        if (!(node instanceof JsonNumber)) return this.#mismatch(node, target, existing);
        const value = Number(node.text);
        return Number.isFinite(value) ? value : this.#mismatch(node, target, existing, true);
      }
    }
  }

  #bytes(node: JsonNode, existing: unknown, target: GoTarget): unknown {
    if (Array.isArray(node)) return this.#numberedBytes(node);
    if (typeof node !== "string") return this.#mismatch(node, target, existing);
    try {
      return normalizeBase64(node);
    } catch (error) {
      if (!(error instanceof Base64Error)) throw error;
      const { message } = error;
      this.firstError ??= {
        toError: () => new JsonTypeError(message, `error decoding from json: ${message}`),
      };
      return existing;
    }
  }

  /** Bytes one by one, as Go reads them too. */
  #numberedBytes(nodes: readonly JsonNode[]): string {
    const target: GoTarget = { type: "uint8", kind: "uint8" };
    const bytes = nodes.map((node) => {
      if (node === null) return 0;
      const isNumber = node instanceof JsonNumber;
      const value = isNumber ? parseInteger(node.text, "int32") : undefined;
      if (typeof value === "number" && value >= 0 && value <= 255) return value;
      this.#mismatch(node, target, undefined, isNumber);
      return 0;
    });
    return Buffer.from(bytes).toString("base64");
  }

  #integer(
    node: JsonNode,
    scalar: "int32" | "int64",
    existing: unknown,
    target: GoTarget,
  ): unknown {
    if (!(node instanceof JsonNumber)) return this.#mismatch(node, target, existing);
    const value = parseInteger(node.text, scalar);
    return value ?? this.#mismatch(node, target, existing, true);
  }

  /** Types that decode themselves: what fails here ends the decoding. */
  #wellKnown(node: JsonNode, name: WellKnown): unknown {
    if (name === "RawExtension" || name === "FieldsV1" || name === "JSON") {
      return node === null ? undefined : plainValue(node);
    }
    if (node === null && name !== "Duration") return undefined;
    if (name === "Quantity") return this.#convert(() => normalizeQuantity(literalOf(node).trim()));
    if (name === "IntOrString") {
      if (typeof node === "string") return node;
      const isNumber = node instanceof JsonNumber;
      const value = isNumber ? parseInteger(node.text, "int32") : undefined;
      if (value === undefined)
        throw this.#describe(node, { type: "int32", kind: undefined }, isNumber);
      return value;
    }
    if (node !== null && typeof node !== "string") {
      throw this.#describe(node, { type: "string", kind: undefined }, false);
    }
    const text = node ?? "";
    if (name === "Duration") return this.#convert(() => printDuration(parseDuration(text)));
    return this.#convert(() => normalizeTime(text, name === "Time" ? "seconds" : "micros"));
  }

  #convert<T>(convert: () => T): T {
    try {
      return convert();
    } catch (error) {
      if (error instanceof QuantityError || error instanceof TimeFormatError) {
        throw new JsonTypeError(error.message);
      }
      throw error;
    }
  }

  /** The forms of JSON schema's unions; they are decoded apart, so nothing in them is strict. */
  #union(node: JsonNode, typeName: string): unknown {
    const union = unionOf(typeName);
    if (node instanceof JsonMembers) return this.#apart(node, UNION_SCHEMA);
    if (union === "OrBool") {
      if (typeof node === "boolean") return node;
      throw new JsonTypeError("boolean or JSON schema expected");
    }
    if (!Array.isArray(node)) return undefined;
    return this.#apart(node, union === "OrArray" ? `[]${UNION_SCHEMA}` : "[]string");
  }

  #apart(node: JsonNode, reference: string): unknown {
    const inner = new ExactDecoder();
    try {
      const value = inner.into(undefined, node, reference);
      if (inner.firstError === undefined) return value;
      throw inner.firstError;
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      throw error.within(this.#struct, this.#path);
    }
  }

  /** Notes a wrong type and leaves what was there. */
  #mismatch(node: JsonNode, target: GoTarget, existing: unknown, withNumber = false): unknown {
    this.firstError ??= this.#describe(node, target, withNumber);
    return existing;
  }

  #describe(node: JsonNode, target: GoTarget, withNumber: boolean): Mismatch {
    const kind = kindOfNode(node);
    const text = node instanceof JsonNumber ? node.text : "";
    return new Mismatch({
      what: withNumber && text !== "" ? `number ${text}` : kind,
      target,
      struct: this.#struct,
      path: [...this.#path],
      isFraction: /[.eE]/.test(text),
    });
  }

  #strict(kind: "unknown" | "duplicate", name: string): void {
    if (this.strictErrors.size >= MAX_STRICT_ERRORS) return;
    const path = this.#place === "" ? name : `${this.#place}.${name}`;
    this.strictErrors.add(`${kind} field ${quoteGo(path)}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The literal between quotes, or as it stands: quantities take both. */
function literalOf(node: JsonNode): string {
  if (node instanceof JsonNumber) return node.text;
  return typeof node === "string" ? node : String(node);
}

function parseInteger(text: string, scalar: "int32" | "int64"): number | bigint | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  if (scalar === "int32") return (number | 0) === number ? number + 0 : undefined;
  if (Number.isSafeInteger(number)) return number + 0;
  if (isBeyond64Bits(number)) return undefined;
  const exact = BigInt(text);
  return exact > MAX_INT64 || exact < -MAX_INT64 - 1n ? undefined : exact;
}

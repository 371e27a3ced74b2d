import { type DecodedBody, DecodeError, decodeBody, encodeObject } from "../api/codec.ts";
import { conversionFault } from "../api/conversion-fault.ts";
import { decode, JsonTypeError } from "../api/decode.ts";
import { writeAnyJson } from "../api/encode-json-text.ts";
import { invalidValue, root } from "../api/field-error.ts";
import { quoteGo } from "../api/go-quote.ts";
import { parseValidJson } from "../api/json-long-integers.ts";
import { JsonSyntaxError, readJson } from "../api/json-parser.ts";
import { decodeText } from "../api/json-parser-plain.ts";
import type { KubeObject } from "../api/object.ts";
import { printGo } from "../api/patch/go-value.ts";
import { applyJsonPatch, unknownOperationFields } from "../api/patch/json-patch.ts";
import { applyMergePatch } from "../api/patch/merge-patch.ts";
import { isJsonMap } from "../api/patch/patch-value.ts";
import { applyStrategicMergePatch } from "../api/patch/strategic-merge-patch.ts";
import { printTouched, type TouchedMaps } from "../api/patch/touched-maps.ts";
import { badRequest, invalid, unsupportedMediaType } from "../api/status-error.ts";
import { duplicateFields } from "./duplicate-fields.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { FieldValidation } from "./write-options.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

/** @throws StatusError 415 */
export function patchTypeOf(contentType: string | undefined): PatchType {
  const type = knownPatchType(contentType);
  if (type === undefined) throw unsupportedMediaType("415: Unsupported Media Type", {});
  return type;
}

export function knownPatchType(contentType: string | undefined): PatchType | undefined {
  return PATCH_TYPES.get((contentType ?? "").split(";")[0]?.trim() ?? "");
}

export interface PatchRequest {
  readonly fieldValidation: FieldValidation;
  /** Defaults of a decoded object. */
  readonly applyDefaults: (object: KubeObject) => void;
  warn(text: string): void;
}

/**
 * Makes the function that applies a patch that is no apply: to be called again when another write
 * came between. The text is read when it is first wanted: an object that is not there is told of
 * before an error in the text.
 * @returns throws StatusError 400, 413, 422, 500
 * @see apiserver pkg/endpoints/handlers/patch.go
 */
export function readPatch(
  store: ResourceStore,
  type: Exclude<PatchType, "apply">,
  bytes: Uint8Array,
  request: PatchRequest,
): (current: Readonly<KubeObject>) => KubeObject {
  const ignoreUnknown = request.fieldValidation === "Ignore";
  let parsed: ReturnType<typeof parsePatch> | undefined;
  const report = (errors: readonly string[], shown: () => string): void => {
    if (errors.length === 0 || ignoreUnknown) return;
    if (request.fieldValidation === "Strict") {
      throw patchInvalid(shown(), `strict decoding error: ${errors.join(", ")}`);
    }
    for (const text of errors) request.warn(text);
  };
  return (current) => {
    parsed ??= parsePatch(type, bytes);
    const { patch, duplicates } = parsed;
    const object =
      type === "strategic"
        ? applyStrategic(store, current, patch, duplicates, report)
        : applyUntyped(store, type, current, patch, duplicates, report, ignoreUnknown);
    request.applyDefaults(object);
    return object;
  };
}

type Report = (errors: readonly string[], shown: () => string) => void;

function parsePatch(
  type: PatchType,
  bytes: Uint8Array,
): { readonly patch: unknown; readonly duplicates: readonly string[] } {
  const text = decodeText(bytes);
  try {
    const node = readJson(text);
    return { patch: parseValidJson(text), duplicates: duplicateFields(node) };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(
      type === "strategic" ? error.message : `error decoding patch: ${error.message}`,
      error,
    );
  }
}

function patchInvalid(shown: string, why: string): Error {
  return invalid({ group: "", kind: "" }, "", [invalidValue(root("patch"), shown, why)]);
}

/** The patched object is decoded like a body. */
function applyUntyped(
  store: ResourceStore,
  type: "json" | "merge",
  current: Readonly<KubeObject>,
  patch: unknown,
  duplicates: readonly string[],
  report: Report,
  ignoreUnknown: boolean,
): KubeObject {
  const apply = type === "json" ? applyJsonPatch : applyMergePatch;
  const own =
    type === "json"
      ? [...duplicates.map((each) => `json patch ${each}`), ...unknownOperationFields(patch)]
      : duplicates;
  const patched = apply(current, patch, { ignoreUnknown });
  const decoded = isOfNoVersion(patched) ? undefined : decodeOrdinary(store, writeAnyJson(patched));
  if (decoded !== undefined && own.length === 0) return decoded;
  // Something is to be told: in the words that Go has for it, over the text that Go would read.
  const touched: TouchedMaps = new Set();
  const written: unknown = parseValidJson(encodeObject(store.kind, current, "json"));
  const text = printTouched(
    apply(written as Readonly<KubeObject>, patch, { ignoreUnknown, touched }),
    touched,
  );
  const { object, strictErrors } = isOfNoVersion(patched)
    ? decodeUnversioned(store, text)
    : decodePatched(store, text);
  report([...own, ...strictErrors], () => text);
  return object;
}

/** Undefined when there is anything to tell of it. */
function decodeOrdinary(store: ResourceStore, text: string): KubeObject | undefined {
  try {
    const { object, strictErrors } = decodeJsonBody(store, text);
    return strictErrors.length === 0 ? object : undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

function decodePatched(store: ResourceStore, text: string): DecodedBody {
  try {
    return decodeJsonBody(store, text);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { cause } = error;
    throw patchInvalid(text, cause instanceof Error ? cause.message : error.message);
  }
}

function decodeJsonBody({ kind }: ResourceStore, text: string): DecodedBody {
  return decodeBody({ kind, mediaType: "application/json", bytes: Buffer.from(text) });
}

function isOfNoVersion(patched: unknown): boolean {
  const version = isJsonMap(patched) ? patched.apiVersion : undefined;
  return isJsonMap(patched) && (version === undefined || version === null || version === "");
}

/**
 * What names no version is read as upstream's internal form, in which no member has the name that
 * it has in JSON: nothing is left, not even the object's name.
 */
function decodeUnversioned(store: ResourceStore, text: string): DecodedBody {
  const names = Object.keys(JSON.parse(text) as object);
  const unknown = names.filter((name) => name !== "apiVersion" && name !== "kind");
  return {
    object: { kind: store.kind.kind, apiVersion: store.apiVersion, metadata: {} },
    strictErrors: unknown.map((name) => `unknown field ${quoteGo(name)}`),
  };
}

/** The patch itself is what unknown fields are looked for in. */
function applyStrategic(
  store: ResourceStore,
  current: Readonly<KubeObject>,
  patch: unknown,
  duplicates: readonly string[],
  report: Report,
): KubeObject {
  const { typeName } = store.kind;
  let remaining: unknown = patch;
  const patched = applyStrategicMergePatch(current, patch, typeName, (rest) => {
    remaining = rest;
  });
  try {
    const { value, strictErrors } = decode(typeName, patched);
    report([...duplicates, ...[...strictErrors].sort()], () => printGo(remaining));
    // What a patch says of them means nothing.
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = value;
    return { kind: store.kind.kind, apiVersion: store.apiVersion, ...rest } as KubeObject;
  } catch (error) {
    if (!(error instanceof JsonTypeError)) throw error;
    throw patchInvalid(printGo(remaining), conversionFault(typeName, patched, error));
  }
}

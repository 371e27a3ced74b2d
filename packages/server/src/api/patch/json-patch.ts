/**
 * JSON Patch as a kube-apiserver applies it. It is not RFC 6902 to the letter: `replace` adds what is
 * missing, `copy` of a missing member and `add` without a value put null, indexes may be negative,
 * `add` to the empty path fails.
 * @see github.com/evanphx/json-patch v4, apiserver pkg/endpoints/handlers/patch.go
 */
import { equalValues } from "../field-management/equal-values.ts";
import { quoteGo } from "../go-quote.ts";
import {
  badRequest,
  requestEntityTooLargeText,
  requestRejected,
  StatusError,
} from "../status-error.ts";
import { DocumentRoot } from "./json-pointer.ts";
import { copyJson, isJsonMap, type JsonMap, jsonTypeName, memberOf } from "./patch-value.ts";
import { type TouchedMaps, touchCopy } from "./touched-maps.ts";

/** @see maxJSONPatchOperations */
const MAX_OPERATIONS = 10_000;
/** Bytes of JSON that `copy` may add in one patch. @see JSONPatchMaxCopyBytes */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

export interface PatchOptions {
  /** `fieldValidation=Ignore`: the patch is decoded once, leniently, with other error texts. */
  readonly ignoreUnknown?: boolean;
  /** Filled with the maps of the result that the patch has looked into. */
  readonly touched?: TouchedMaps;
}

/**
 * Applies a decoded patch. Neither argument is changed, and the result shares nothing with them; it
 * is any JSON value and has to be decoded like a body.
 * @throws StatusError 400 for what is no patch, 413 for too many operations, 422 for one that fails.
 */
export function applyJsonPatch(
  original: unknown,
  patch: unknown,
  options: PatchOptions = {},
): unknown {
  const operations = readOperations(patch, options);
  if (operations.length > MAX_OPERATIONS) {
    throw requestEntityTooLargeText(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`,
    );
  }
  const root = new DocumentRoot(copyJson(original), options.touched);
  const budget = { bytes: MAX_COPIED_BYTES };
  try {
    for (const operation of operations) applyOperation(root, operation, budget);
    // Depth is checked anew; what is to be shown keeps its maps.
    const result = copyJson(root.value);
    return options.touched === undefined ? result : root.value;
  } catch (error) {
    if (error instanceof StatusError && error.code === 422) throw error;
    throw requestRejected(error);
  }
}

/**
 * Members of operations that mean nothing, as warnings show them: `json patch unknown field "[0].foo"`.
 */
export function unknownOperationFields(patch: unknown): string[] {
  if (!Array.isArray(patch)) return [];
  return patch.flatMap((operation: unknown, at) =>
    isJsonMap(operation)
      ? Object.keys(operation)
          .filter((name) => !OPERATION_FIELDS.has(name))
          .map((name) => `json patch unknown field ${quoteGo(`[${at}].${name}`)}`)
      : [],
  );
}

const OPERATION_FIELDS = new Set(["op", "path", "from", "value"]);
const TEXT_FIELDS = ["op", "path", "from"];

function readOperations(
  patch: unknown,
  { ignoreUnknown = false }: PatchOptions,
): readonly JsonMap[] {
  const fail = (what: unknown, strict: string, lenient: string): StatusError =>
    ignoreUnknown
      ? badRequest(`json: cannot unmarshal ${jsonTypeName(what)} into Go value of type ${lenient}`)
      : badRequest(
          `error decoding patch: json: cannot unmarshal ${jsonTypeName(what)} into Go ${strict}`,
        );
  if (patch === null) return [];
  if (!Array.isArray(patch))
    throw fail(patch, "value of type []handlers.jsonPatchOp", "jsonpatch.Patch");
  return patch.map((operation: unknown): JsonMap => {
    // null is an operation without a name, and fails when its turn comes.
    if (operation === null) return {};
    if (!isJsonMap(operation)) {
      throw fail(operation, "value of type handlers.jsonPatchOp", "jsonpatch.Operation");
    }
    for (const name of ignoreUnknown ? [] : TEXT_FIELDS) {
      const value = memberOf(operation, name);
      if (value !== undefined && value !== null && typeof value !== "string") {
        throw fail(value, `struct field jsonPatchOp.${name} of type string`, "");
      }
    }
    return operation;
  });
}

interface Budget {
  bytes: number;
}

function applyOperation(root: DocumentRoot, operation: JsonMap, budget: Budget): void {
  switch (memberOf(operation, "op")) {
    case "add":
      root.locate(textOf(operation, "path")).add(valueOfOperation(operation));
      return;
    case "remove":
      root.locate(textOf(operation, "path")).remove();
      return;
    case "replace":
      replace(root, operation);
      return;
    case "move":
      move(root, operation);
      return;
    case "copy":
      copy(root, operation, budget);
      return;
    case "test":
      testValue(root, operation);
      return;
    default:
      throw requestRejected();
  }
}

function textOf(operation: JsonMap, name: string): string {
  const text = memberOf(operation, name);
  if (typeof text !== "string") throw requestRejected();
  return text;
}

/** null when there is none. */
function valueOfOperation(operation: JsonMap): unknown {
  return copyJson(memberOf(operation, "value") ?? null);
}

function replace(root: DocumentRoot, operation: JsonMap): void {
  const path = textOf(operation, "path");
  const value = valueOfOperation(operation);
  if (path !== "") root.locate(path).replace(value);
  else if (typeof value === "object" && value !== null) root.value = value;
  else throw requestRejected();
}

function move(root: DocumentRoot, operation: JsonMap): void {
  const from = root.locate(textOf(operation, "from"));
  const value = from.get() ?? null;
  from.remove();
  root.locate(textOf(operation, "path")).add(value);
}

function copy(root: DocumentRoot, operation: JsonMap, budget: Budget): void {
  const original = root.locate(textOf(operation, "from")).get() ?? null;
  const to = root.locate(textOf(operation, "path"));
  const value = copyJson(original);
  // Copied as the text that it is by now, maps that were looked into sorted.
  if (root.touched !== undefined) touchCopy(original, value, root.touched);
  budget.bytes -= sizeOf(value);
  if (budget.bytes < 0) throw requestRejected();
  to.add(value);
}

/** Bytes of a value as JSON, escapes left aside. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return byteLength(value) + 2;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item) + 1, 1);
  if (!isJsonMap(value)) return String(value).length;
  let sum = 1;
  for (const name of Object.keys(value)) sum += byteLength(name) + 4 + sizeOf(value[name]);
  return sum;
}

/** A missing member equals null. */
function testValue(root: DocumentRoot, operation: JsonMap): void {
  const path = textOf(operation, "path");
  const found = path === "" ? root.value : (root.locate(path).get() ?? null);
  if (!equalValues(found, memberOf(operation, "value") ?? null)) throw requestRejected();
}

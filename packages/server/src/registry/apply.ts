import { warningsOf } from "../api/codec.ts";
import { conversionFault, withGoIntegers } from "../api/conversion-fault.ts";
import { decode, JsonTypeError } from "../api/decode.ts";
import { printNames } from "../api/field-management/apply.ts";
import { applyPatch } from "../api/field-management/manager.ts";
import { parseValidJson } from "../api/json-long-integers.ts";
import type { KubeObject } from "../api/object.ts";
import { jsonTypeName } from "../api/patch/patch-value.ts";
import { badRequest, bareError, conflict } from "../api/status-error.ts";
import { YamlSyntaxError, yamlToJson } from "../api/yaml-parser.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { FieldValidation } from "./write-options.ts";

export interface ApplyRequest {
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
  readonly manager: string;
  /** Name and namespace of the URL. */
  readonly name: string;
  readonly namespace: string;
  readonly subresource: string;
  /** Paths that the endpoint resets. */
  readonly resetFields: readonly (readonly string[])[];
  readonly now: () => number;
  readonly applyDefaults: (object: KubeObject) => void;
  warn(text: string): void;
}

/**
 * Makes the function that merges what is applied into the stored object, or into nothing; the result
 * brings its managedFields along. The text is read when it is first wanted: an object that is not
 * there is told of before an error in the text.
 * @returns throws StatusError 400 for texts and objects that cannot be applied, 409, 500
 * @see apiserver pkg/endpoints/handlers/patch.go (applyPatcher)
 */
export function readApply(
  store: ResourceStore,
  bytes: Uint8Array,
  request: ApplyRequest,
): (current: Readonly<KubeObject> | undefined) => KubeObject {
  let parsed: Applied | undefined;
  return (current) => {
    parsed ??= parseApplied(bytes);
    const { object: merged } = applyPatch({
      typeName: store.kind.typeName,
      groupVersion: store.apiVersion,
      kind: store.kind.kind,
      live: current as KubeObject | undefined,
      applied: parsed.value,
      force: request.force,
      manager: request.manager,
      subresource: request.subresource,
      now: request.now(),
      resetFields: request.resetFields,
      ...(store.convert === undefined ? {} : { convert: store.convert }),
    });
    reportDuplicates(parsed.strictErrors, request);
    const object = {
      ...decodeMerged(store, merged, parsed.value),
      kind: store.kind.kind,
      apiVersion: store.apiVersion,
    } as unknown as KubeObject;
    request.applyDefaults(object);
    if (current === undefined) refuseUid(store, object, request.name);
    return object;
  };
}

/** What the schema of apply takes may still be no time and no quantity. @throws StatusError 500 */
function decodeMerged(
  store: ResourceStore,
  merged: Readonly<Record<string, unknown>>,
  applied: Applied["value"],
): Record<string, unknown> {
  const { typeName } = store.kind;
  try {
    return decode(typeName, merged).value;
  } catch (error) {
    if (!(error instanceof JsonTypeError)) throw error;
    const converted = decodeConverted(typeName, merged);
    if (converted !== undefined) return converted;
    const { group, version, kind } = store.definition;
    const type = `${group}/${version}, Kind=${kind}`;
    throw bareError(
      `failed to convert new object (${printNames(applied.metadata)}; ${type}) to proper version: unable to convert unstructured object to ${type}: ${conversionFault(typeName, merged, error)}`,
      error,
    );
  }
}

/** The object when it is just integers that did not fit; undefined when something else does not. */
function decodeConverted(
  typeName: string,
  merged: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  try {
    return decode(typeName, withGoIntegers(typeName, merged)).value;
  } catch (error) {
    if (error instanceof JsonTypeError) return undefined;
    throw error;
  }
}

interface Applied {
  readonly value: Readonly<Record<string, unknown>>;
  readonly strictErrors: readonly string[];
}

function parseApplied(bytes: Uint8Array): Applied {
  const { json, strictErrors } = readYaml(bytes);
  const value: unknown = parseValidJson(json);
  if (value === null) return { value: {}, strictErrors };
  if (typeof value !== "object" || Array.isArray(value)) {
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`,
    );
  }
  return { value: value as Record<string, unknown>, strictErrors };
}

/** Duplicates come up once the apply itself has gone well. */
function reportDuplicates(
  strictErrors: readonly string[],
  { fieldValidation, warn }: ApplyRequest,
): void {
  if (strictErrors.length === 0 || fieldValidation === "Ignore") return;
  if (fieldValidation === "Strict") {
    throw badRequest(
      `error strict decoding YAML: error converting YAML to JSON: ${strictErrors.join(", ")}`,
    );
  }
  for (const text of warningsOf(strictErrors)) warn(text);
}

function readYaml(bytes: Uint8Array): ReturnType<typeof yamlToJson> {
  try {
    return yamlToJson(bytes);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`, error);
  }
}

/** A uid says that the object was there; it is not. */
function refuseUid(store: ResourceStore, { metadata }: KubeObject, name: string): void {
  const { uid = "" } = metadata;
  if (uid === "") return;
  throw conflict(
    store.groupResource,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}

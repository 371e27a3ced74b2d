import { decode } from "../api/decode.ts";
import { applyPatch } from "../api/field-management/manager.ts";
import type { KubeObject } from "../api/object.ts";
import { jsonTypeName } from "../api/patch/patch-value.ts";
import { badRequest, conflict } from "../api/status-error.ts";
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
}

/**
 * Reads what is applied, and makes the function that merges it into the stored object, or into
 * nothing; the result brings its managedFields along.
 * @throws StatusError 400
 * @see apiserver pkg/endpoints/handlers/patch.go (applyPatcher)
 */
export function readApply(
  store: ResourceStore,
  bytes: Uint8Array,
  request: ApplyRequest,
): (current: Readonly<KubeObject> | undefined) => KubeObject {
  const applied = parseApplied(bytes, request.fieldValidation);
  return (current) => {
    if (current === undefined) refuseUid(store, applied, request.name);
    const { object: merged } = applyPatch({
      typeName: store.kind.typeName,
      groupVersion: store.apiVersion,
      kind: store.kind.kind,
      live: current as KubeObject | undefined,
      applied,
      force: request.force,
      manager: request.manager,
      subresource: request.subresource,
      now: request.now(),
      resetFields: request.resetFields,
    });
    const { value } = decode(store.kind.typeName, merged);
    const object = {
      ...value,
      kind: store.kind.kind,
      apiVersion: store.apiVersion,
    } as unknown as KubeObject;
    object.metadata.name ??= request.name;
    request.applyDefaults(object);
    return object;
  };
}

function parseApplied(
  bytes: Uint8Array,
  fieldValidation: FieldValidation,
): Readonly<Record<string, unknown>> {
  const { json, strictErrors } = readYaml(bytes);
  if (strictErrors.length > 0 && fieldValidation === "Strict") {
    throw badRequest(
      `error strict decoding YAML: error converting YAML to JSON: ${strictErrors.join(", ")}`,
    );
  }
  const value = JSON.parse(json) as unknown;
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`,
    );
  }
  return value as Record<string, unknown>;
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
function refuseUid(
  store: ResourceStore,
  applied: Readonly<Record<string, unknown>>,
  name: string,
): void {
  const uid = (applied.metadata as { uid?: string } | undefined)?.uid;
  if (uid === undefined || uid === "") return;
  throw conflict(
    store.groupResource,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}

import {
  applySchemaDefaults,
  type BodyMediaType,
  type BodyRequest,
  DecodeError,
  decodeBody,
  strictMessage,
  warningsOf,
} from "../api/codec.ts";
import { managerFromUserAgent } from "../api/field-management/manager.ts";
import { copyObject, type KubeObject } from "../api/object.ts";
import type { Kind } from "../api/scheme.ts";
import { badRequest, notFound } from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { MEDIA_TYPES, requestMediaType } from "../http/media-type.ts";
import type { RequestContext } from "../request/request-context.ts";
import { type MaybePromise, whenReady } from "../runtime/maybe-promise.ts";
import { readApply } from "./apply.ts";
import { createObject, fillNamespace } from "./create.ts";
import { hooksOf, NO_RESETS } from "./ownership.ts";
import { type PatchType, patchTypeOf, readPatch } from "./patch.ts";
import { representationOf } from "./read-requests.ts";
import { entryResponse, type Representation, singleResponse } from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import { updateObject } from "./update.ts";
import type { RegistryDependencies, WriteContext, WriteResult } from "./write-context.ts";
import { type FieldValidation, parseWriteOptions, type WriteOptions } from "./write-options.ts";

/** Bodies are read up to here. @see apiserver pkg/server/config.go (MaxRequestBodyBytes) */
export const MAX_BODY_BYTES: number = 3 * 1024 * 1024;

export function writeContext(
  context: RequestContext,
  options: Pick<WriteOptions, "dryRun" | "fieldManager">,
): WriteContext {
  const { info, user, request } = context;
  return {
    user,
    namespace: info.namespace,
    name: info.name,
    dryRun: options.dryRun,
    fieldManager:
      options.fieldManager !== ""
        ? options.fieldManager
        : managerFromUserAgent(request.headers["user-agent"] ?? ""),
    warn: (text) => context.warn(text),
  };
}

/**
 * Reads and decodes a body of a kind. Unknown and duplicate fields are refused, warned of or
 * ignored, as the request asks. Defaults are not applied.
 * @param otherVersions - group versions besides the kind's own in which it may come
 * @throws StatusError 400, 413, 415
 */
export function readBody(
  context: RequestContext,
  kind: Kind,
  fieldValidation: FieldValidation,
  otherVersions: readonly string[] = [],
): MaybePromise<KubeObject> {
  const mediaType = bodyMediaType(context);
  return whenReady(context.request.body(MAX_BODY_BYTES), (bytes) =>
    decodeRequestBody(context, { kind, mediaType, bytes, otherVersions }, fieldValidation),
  );
}

/** @throws StatusError 415 */
function bodyMediaType({ request }: RequestContext): BodyMediaType {
  return MEDIA_TYPES[requestMediaType(request.headers["content-type"])];
}

function decodeRequestBody(
  context: RequestContext,
  body: BodyRequest,
  fieldValidation: FieldValidation,
): KubeObject {
  const { kind } = body;
  const { object, strictErrors, said } = decodeOrRefuse(() => decodeBody(body));
  if (strictErrors.length > 0 && fieldValidation !== "Ignore") {
    if (fieldValidation === "Strict") {
      throw badRequest(strictMessage(said ?? kind, strictErrors));
    }
    for (const text of warningsOf(strictErrors)) context.warn(text);
  }
  return object;
}

function decodeOrRefuse<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message, error);
    throw error;
  }
}

/** Defaults of the schema, then those of the kind. */
export function applyDefaults(store: ResourceStore, object: KubeObject): void {
  applySchemaDefaults(store.kind.typeName, object);
  store.strategy.defaults?.(object);
}

export function answerWrite(
  store: ResourceStore,
  result: WriteResult,
  representation: Representation,
): ApiResponse {
  const status = result.created ? 201 : 200;
  return result.entry === undefined
    ? singleResponse(status, store, result.object, representation)
    : entryResponse(status, store, result.entry, representation);
}

/** POST of an object. */
export async function createRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): Promise<ApiResponse> {
  const representation = representationOf(dependencies, context, "object");
  const mediaType = bodyMediaType(context);
  const bytes = await context.request.body(MAX_BODY_BYTES);
  const options = parseWriteOptions(context.query, "CreateOptions");
  const body = { kind: store.kind, mediaType, bytes };
  const object = decodeRequestBody(context, body, options.fieldValidation);
  applyDefaults(store, object);
  const result = await createObject(dependencies, store, object, writeContext(context, options));
  return answerWrite(store, result, representation);
}

/** PUT of an object or of one of its subresources. */
export async function updateRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
  subresource: string,
): Promise<ApiResponse> {
  const representation = representationOf(dependencies, context, "object");
  // The options come before the media type here, and behind it in a create.
  const bytes = await context.request.body(MAX_BODY_BYTES);
  const options = parseWriteOptions(context.query, "UpdateOptions");
  const body = { kind: store.kind, mediaType: bodyMediaType(context), bytes };
  const object = decodeRequestBody(context, body, options.fieldValidation);
  applyDefaults(store, object);
  checkNames(store, object, context);
  const result = await updateObject(dependencies, store, writeContext(context, options), {
    subresource,
    transform: () => copyObject(object),
    preconditionUid: object.metadata.uid ?? "",
    mayCreate: subresource === "" && store.strategy.createOnUpdate === true,
    source: "body",
  });
  return answerWrite(store, result, representation);
}

/** A PUT, and what a patch makes, must bear the namespace and name of the URL. */
export function checkNames(
  store: ResourceStore,
  object: KubeObject,
  { info }: RequestContext,
): void {
  fillNamespace(store, object, info.namespace);
  const name = object.metadata.name ?? "";
  if (name === "") {
    throw badRequest(
      `the name of the object (${info.name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (name !== info.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${info.name})`,
    );
  }
}

/** PATCH of an object or of one of its subresources. */
export async function patchRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
  subresource: string,
): Promise<ApiResponse> {
  const patchType = patchTypeOf(context.request.headers["content-type"]);
  const representation = representationOf(dependencies, context, "object");
  const bytes = await context.request.body(MAX_BODY_BYTES);
  const options = parseWriteOptions(context.query, "PatchOptions", patchType === "apply");
  const write = writeContext(context, options);
  const transform =
    patchType === "apply"
      ? applyTransform(dependencies, store, bytes, write, options, subresource)
      : patchTransform(store, patchType, bytes, context, options);
  const result = await updateObject(dependencies, store, write, {
    subresource,
    transform: (current) => {
      const object = transform(current);
      checkNames(store, object, context);
      return object;
    },
    preconditionUid: "",
    mayCreate: patchType === "apply" && subresource === "",
    source: patchType === "apply" ? "apply" : "patch",
  });
  return answerWrite(store, result, representation);
}

type Transform = (current: Readonly<KubeObject> | undefined) => KubeObject;

function patchTransform(
  store: ResourceStore,
  patchType: Exclude<PatchType, "apply">,
  bytes: Uint8Array,
  context: RequestContext,
  options: WriteOptions,
): Transform {
  const apply = readPatch(store, patchType, bytes, {
    fieldValidation: options.fieldValidation,
    applyDefaults: (object) => applyDefaults(store, object),
    warn: (text) => context.warn(text),
  });
  return (current) => {
    if (current === undefined) throw notFound(store.groupResource, context.info.name);
    return apply(current);
  };
}

function applyTransform(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  bytes: Uint8Array,
  write: WriteContext,
  options: WriteOptions,
  subresource: string,
): Transform {
  return readApply(store, bytes, {
    fieldValidation: options.fieldValidation,
    force: options.force,
    manager: write.fieldManager,
    name: write.name,
    namespace: write.namespace,
    subresource,
    resetFields: hooksOf(store, subresource).resetFields ?? NO_RESETS,
    now: () => dependencies.clock.now(),
    applyDefaults: (object) => applyDefaults(store, object),
    warn: (text) => write.warn(text),
  });
}

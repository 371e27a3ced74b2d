import { encodeObject } from "../../api/codec.ts";
import { prettyJson } from "../../api/encode-json-text.ts";
import { updateManagedFields } from "../../api/field-management/manager.ts";
import { apiVersionOf, type KubeObject } from "../../api/object.ts";
import type { Kind } from "../../api/scheme.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import { MEDIA_TYPES } from "../../http/media-type.ts";
import type { Negotiated } from "../../http/negotiation.ts";
import { objectResponse } from "../representation.ts";
import { partialMetadata } from "../table/table.ts";

/** Answers 201 with an object that is made and never stored. */
export function createdAnswer(kind: Kind, object: KubeObject, negotiated: Negotiated): ApiResponse {
  if (negotiated.as !== undefined) {
    return objectResponse(201, partialMetadata(object, negotiated.version, undefined), negotiated);
  }
  const { mediaType, pretty } = negotiated;
  const headers = { "content-type": MEDIA_TYPES[mediaType] };
  if (mediaType === "protobuf") {
    return { status: 201, headers, body: encodeObject(kind, object, "protobuf") };
  }
  if (mediaType === "yaml") {
    return { status: 201, headers, body: encodeObject(kind, object, "yaml") };
  }
  const text = encodeObject(kind, object, "json");
  return { status: 201, headers, body: pretty ? prettyJson(text) : `${text}\n` };
}

/**
 * Puts into a body what a real server answers with it: who sent which of its fields, and, for what
 * is posted to an object's own endpoint, to which (`subresource`, or empty).
 */
export function trackBody(
  kind: Kind,
  object: KubeObject,
  manager: string,
  now: number,
  subresource: string,
): void {
  const managedFields = updateManagedFields({
    typeName: kind.typeName,
    groupVersion: apiVersionOf(kind.group, kind.version),
    live: undefined,
    object,
    manager,
    subresource,
    now,
    resetFields: NO_RESETS,
  });
  if (managedFields !== undefined) object.metadata.managedFields = managedFields;
}

const NO_RESETS: readonly (readonly string[])[] = [];

import { encodeObject } from "../api/codec.ts";
import { encodeYaml } from "../api/codec-encode-yaml.ts";
import { prettyJson, writeAnyJson } from "../api/encode-json-text.ts";
import type { KubeObject } from "../api/object.ts";
import { type Kind, kindOf } from "../api/scheme.ts";
import { notAcceptableText, onlyAccepted, type Status } from "../api/status-error.ts";
import type { ApiResponse, ResponseHeaders } from "../http/exchange.ts";
import { MEDIA_TYPE_NAMES, MEDIA_TYPES } from "../http/media-type.ts";
import type { Negotiated } from "../http/negotiation.ts";
import type { Entry } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";
import { printerOf } from "./table/printers.ts";
import { parseIncludeObject, partialMetadata, type TableOptions, tableOf } from "./table/table.ts";

/** How answers of one request look: media type, and whether as the objects, a Table or metadata. */
export interface Representation {
  readonly negotiated: Negotiated;
  /** As sent: it is read where a Table is made, after everything else that may fail. */
  readonly includeObject: string | undefined;
  readonly now: number;
}

/** Bytes of any object in the negotiated media type; JSON in one line ends with a line feed. */
export function encodeNegotiated(object: KubeObject, negotiated: Negotiated): Uint8Array | string {
  const { mediaType, pretty } = negotiated;
  if (mediaType === "yaml") return encodeYaml(object);
  if (mediaType === "json") {
    return pretty ? prettyJson(object) : `${writeAnyJson(object)}\n`;
  }
  const [group = "", version = ""] = splitApiVersion(object.apiVersion ?? "v1");
  const kind = kindOf(group, version, object.kind ?? "");
  if (kind === undefined) throw onlyAccepted(MEDIA_TYPE_NAMES.slice(0, 2));
  return encodeObject(kind, object, "protobuf");
}

function splitApiVersion(apiVersion: string): readonly [string, string] {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

export function objectResponse(
  status: number,
  object: KubeObject,
  negotiated: Negotiated,
): ApiResponse {
  return {
    status,
    headers: contentHeaders(negotiated),
    body: encodeNegotiated(object, negotiated),
  };
}

/** A Status is never turned into a Table or metadata. */
export function statusResponse(status: Status, negotiated: Negotiated): ApiResponse {
  return objectResponse(status.code ?? 200, status as unknown as KubeObject, negotiated);
}

function contentHeaders(negotiated: Negotiated): ResponseHeaders {
  return { "content-type": MEDIA_TYPES[negotiated.mediaType] };
}

/** Answers one stored object; the kept bytes are sent as they are where JSON is wanted. */
export function entryResponse(
  status: number,
  store: ResourceStore,
  entry: Entry,
  representation: Representation,
): ApiResponse {
  const { negotiated } = representation;
  const plain =
    negotiated.as === undefined && negotiated.mediaType === "json" && !negotiated.pretty;
  if (plain && store.conversion === undefined) {
    return { status, headers: { "content-type": MEDIA_TYPES.json }, body: entry.bytes };
  }
  return singleResponse(status, store, store.peek(entry), representation);
}

/** Answers one object that need not be stored: a dry run, a deleted object. */
export function singleResponse(
  status: number,
  store: ResourceStore,
  object: Readonly<KubeObject>,
  representation: Representation,
): ApiResponse {
  const { negotiated } = representation;
  switch (negotiated.as) {
    case undefined:
      return {
        status,
        headers: contentHeaders(negotiated),
        body: encodeTyped(store.kind, object as KubeObject, negotiated),
      };
    case "Table":
      return objectResponse(
        status,
        tableOf([object], tableMeta(object), tableOptions(store, representation)),
        negotiated,
      );
    case "PartialObjectMetadata":
      return objectResponse(status, metadataOf(store, object, negotiated.version), negotiated);
    default:
      throw notAcceptableText(
        `you requested ${negotiated.as}, but the requested object is not a list (${goTypeName(store, false)})`,
      );
  }
}

function encodeTyped(kind: Kind, object: KubeObject, negotiated: Negotiated): Uint8Array | string {
  const { mediaType, pretty } = negotiated;
  if (mediaType === "protobuf") return encodeObject(kind, object, "protobuf");
  if (mediaType === "yaml") return encodeObject(kind, object, "yaml");
  const text = encodeObject(kind, object, "json");
  return pretty ? prettyJson(text) : `${text}\n`;
}

function tableMeta(object: Readonly<KubeObject>): Record<string, unknown> {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/** What the rows of a Table depend on. @throws StatusError 400 for an `includeObject` that is none */
export function tableOptions(store: ResourceStore, representation: Representation): TableOptions {
  return {
    printer: printerOf(store.definition.group, store.definition.resource),
    version: representation.negotiated.version,
    includeObject: parseIncludeObject(representation.includeObject),
    hidden: store.strategy.convertedAnnotations,
    now: representation.now,
  };
}

/** Packages of Go types that are not called like their group. */
const INTERNAL_PACKAGES: Readonly<Record<string, string>> = {
  "": "core",
  "events.k8s.io": "core",
  "rbac.authorization.k8s.io": "rbac",
  "flowcontrol.apiserver.k8s.io": "flowcontrol",
};

/** Upstream prints the Go type of its internal form: `*core.SecretList`. */
function goTypeName(store: ResourceStore, list: boolean): string {
  const { group, kind } = store.definition;
  const name = INTERNAL_PACKAGES[group] ?? group.split(".")[0];
  return `*${name}.${kind}${list ? "List" : ""}`;
}

/** @throws StatusError 406 for a list that is wanted as the metadata of one object */
export function refuseListAsObject(store: ResourceStore, { as }: Negotiated): void {
  if (as !== "PartialObjectMetadata") return;
  throw notAcceptableText(
    `you requested PartialObjectMetadata, but the requested object is a list (${goTypeName(store, true)})`,
  );
}

/**
 * Answers objects that have been decoded: any form but plain JSON of stored bytes.
 * @throws StatusError 406
 */
export function collectionResponse(
  store: ResourceStore,
  objects: readonly Readonly<KubeObject>[],
  metadata: Record<string, unknown>,
  representation: Representation,
): ApiResponse {
  const { negotiated } = representation;
  refuseListAsObject(store, negotiated);
  if (negotiated.as === "Table") {
    return objectResponse(
      200,
      tableOf(objects, metadata, tableOptions(store, representation)),
      negotiated,
    );
  }
  const list = listOf(store, objects, metadata, negotiated);
  if (negotiated.as !== undefined) return objectResponse(200, list, negotiated);
  const kind = kindOf(store.kind.group, store.kind.version, store.listKind);
  if (kind === undefined) throw new Error(`no kind ${store.listKind}`);
  const headers = contentHeaders(negotiated);
  if (negotiated.mediaType === "protobuf") {
    return { status: 200, headers, body: encodeObject(kind, list, "protobuf") };
  }
  // Converted objects have fields that their own kind leaves out when they are empty.
  if (store.conversion !== undefined) {
    return { status: 200, headers, body: encodeTyped(kind, list, negotiated) };
  }
  return { status: 200, headers, body: encodeNegotiated(list, negotiated) };
}

/** The metadata of a resource's object, `version` of meta.k8s.io. */
export function metadataOf(
  { strategy }: ResourceStore,
  object: Readonly<KubeObject>,
  version: string,
): KubeObject {
  return partialMetadata(object, version, strategy.convertedAnnotations);
}

/** A list of objects as they are, or of their metadata; the items are its last member. */
export function listOf(
  store: ResourceStore,
  objects: readonly Readonly<KubeObject>[],
  metadata: Record<string, unknown>,
  { as, version }: Negotiated,
): KubeObject {
  return as === undefined
    ? {
        kind: store.listKind,
        apiVersion: store.apiVersion,
        metadata,
        items: objects.map(withoutType),
      }
    : {
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${version}`,
        metadata,
        // Upstream never makes a list for no items.
        items:
          objects.length === 0 ? null : objects.map((object) => metadataOf(store, object, version)),
      };
}

/** Items of a list bear neither kind nor apiVersion. */
export function withoutType(object: Readonly<KubeObject>): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest as KubeObject;
}

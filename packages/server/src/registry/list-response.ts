import { encodeJson } from "../api/encode-json.ts";
import { writeAnyJson } from "../api/encode-json-text.ts";
import type { KubeObject } from "../api/object.ts";
import { kindOf } from "../api/scheme.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { MEDIA_TYPES } from "../http/media-type.ts";
import type { Entry } from "../storage/storage.ts";
import { joinList } from "./joined-list.ts";
import { type ListPage, listMeta } from "./list.ts";
import { type ProtobufListForm, protobufList } from "./protobuf-list.ts";
import {
  collectionResponse,
  listOf,
  metadataOf,
  type Representation,
  refuseListAsObject,
  tableOptions,
  withoutType,
} from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import { streamedList } from "./streamed-list.ts";
import { tableOf, tableRow } from "./table/table.ts";

/** Lists of more items, or of more stored bytes, are made while they are sent. */
const WHOLE_ITEMS = 500;
const WHOLE_BYTES = 2 * 1024 * 1024;

/**
 * Answers a page of a collection: kept bytes joined, or each object decoded and made into what is
 * wanted, a long list of them in portions. @throws StatusError 406
 */
export async function listResponse(
  store: ResourceStore,
  page: ListPage,
  representation: Representation,
): Promise<ApiResponse> {
  const { negotiated } = representation;
  refuseListAsObject(store, negotiated);
  const headers = { "content-type": MEDIA_TYPES[negotiated.mediaType] };
  if (negotiated.mediaType === "protobuf") {
    const form = protobufForm(store, representation);
    if (form !== undefined) {
      return { status: 200, headers, body: await protobufList(store, page, form) };
    }
  } else {
    const isKept = negotiated.as === undefined && store.conversion === undefined;
    if (isKept && negotiated.mediaType === "json" && !negotiated.pretty) {
      return { status: 200, headers, body: joinList(store, page) };
    }
    if (isLong(page)) {
      return { status: 200, headers, body: longList(store, page, representation) };
    }
  }
  const objects = page.entries.map((entry) => store.peek(entry));
  return collectionResponse(store, objects, listMeta(page), representation);
}

function isLong({ entries }: ListPage): boolean {
  if (entries.length > WHOLE_ITEMS) return true;
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes.length;
  return bytes > WHOLE_BYTES;
}

/** Undefined for a form that has no message. */
function protobufForm(
  store: ResourceStore,
  { negotiated }: Representation,
): ProtobufListForm | undefined {
  if (negotiated.as === undefined) {
    const listKind = kindOf(store.kind.group, store.kind.version, store.listKind);
    if (listKind === undefined) return undefined;
    return {
      listKind,
      itemType: store.kind.typeName,
      present: (object) => object as KubeObject,
      // Runs are kept in the form of the stored kind.
      keeps: store.conversion === undefined,
    };
  }
  const { group, version } = negotiated;
  const listKind = kindOf(group, version, "PartialObjectMetadataList");
  const itemKind = kindOf(group, version, "PartialObjectMetadata");
  if (listKind === undefined || itemKind === undefined) return undefined;
  return {
    listKind,
    itemType: itemKind.typeName,
    present: (object) => metadataOf(store, object, version),
    keeps: false,
  };
}

function longList(
  store: ResourceStore,
  page: ListPage,
  representation: Representation,
): Iterable<Uint8Array> {
  const { negotiated } = representation;
  const { mediaType, pretty, version } = negotiated;
  const format = mediaType === "yaml" ? "yaml" : pretty ? "pretty" : "json";
  const stream = (
    list: KubeObject,
    textOf: (object: Readonly<KubeObject>) => string,
    entries: readonly Entry[] = page.entries,
  ) => streamedList(list, entries, (entry: Entry) => textOf(store.peek(entry)), format);
  const metadata = listMeta(page);
  if (negotiated.as === "Table") {
    const options = tableOptions(store, representation);
    const { compare } = options.printer;
    const inOrder = (left: Entry, right: Entry): number =>
      compare?.(store.peek(left), store.peek(right)) ?? 0;
    return stream(
      tableOf([], metadata, options),
      (object) => writeAnyJson(tableRow(object, options)),
      compare === undefined ? page.entries : page.entries.toSorted(inOrder),
    );
  }
  const list = listOf(store, [], metadata, negotiated);
  if (negotiated.as !== undefined) {
    return stream(list, (object) => writeAnyJson(metadataOf(store, object, version)));
  }
  return stream(list, (object) => encodeJson(store.kind.typeName, withoutType(object)));
}

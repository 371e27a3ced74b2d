/**
 * Kubernetes' protobuf: the four magic bytes, then an `Unknown` that names version and kind around the
 * object's message. Items of lists, and watch events, are bare messages.
 * @see apimachinery pkg/runtime/serializer/protobuf/protobuf.go, pkg/runtime/types_proto.go
 */
import { canonical, JsonTypeError } from "./decode.ts";
import { apiVersionOf } from "./object.ts";
import { readMessage } from "./protobuf-decode.ts";
import { messageWriterOf } from "./protobuf-encode.ts";
import { ProtobufError, ProtobufReader, wrongWireType } from "./protobuf-reader.ts";
import { BYTES, ProtobufWriter } from "./protobuf-writer.ts";
import type { GroupVersionKind } from "./schema/language.ts";

export { ProtobufError } from "./protobuf-reader.ts";

const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

/** What the envelope says, before anybody looks into the message. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The object's message. */
  readonly raw: Uint8Array;
}

/** Whether bytes begin as an enveloped object does. */
export function isProtobuf(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** All of them are bytes. */
const ENVELOPE_FIELDS: Readonly<Record<number, string>> = {
  1: "TypeMeta",
  2: "Raw",
  3: "ContentEncoding",
  4: "ContentType",
};

/**
 * Opens the envelope.
 * @throws ProtobufError with upstream's text.
 */
export function openProtobuf(bytes: Uint8Array): ProtobufEnvelope {
  if (bytes.length === 0) throw new ProtobufError("empty data");
  if (!isProtobuf(bytes)) {
    throw new ProtobufError(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  if (bytes.length === MAGIC.length) throw new ProtobufError("empty body");
  const reader = new ProtobufReader(bytes.subarray(MAGIC.length));
  let meta: Record<string, unknown> = {};
  let raw: Uint8Array = new Uint8Array(0);
  while (!reader.isDone) {
    const tag = reader.tag("Unknown");
    const name = ENVELOPE_FIELDS[Math.floor(tag / 8)];
    if (name !== undefined && tag % 8 !== BYTES) throw wrongWireType(tag % 8, name);
    if (tag === 8 + BYTES) meta = readMessage("runtime.TypeMeta", reader.message(), meta);
    else if (tag === 16 + BYTES) raw = reader.bytes();
    else reader.skip(tag % 8);
  }
  const { apiVersion, kind } = meta;
  return {
    apiVersion: typeof apiVersion === "string" ? apiVersion : "",
    kind: typeof kind === "string" ? kind : "",
    raw,
  };
}

/**
 * A bare message as a canonical object.
 * @throws ProtobufError
 */
export function decodeMessage(typeName: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    return canonical(typeName, readMessage(typeName, new ProtobufReader(bytes), {}));
  } catch (error) {
    // A quantity that is none, for example: the bytes were a message, but no object.
    if (error instanceof JsonTypeError) throw new ProtobufError(error.message);
    throw error;
  }
}

/** An object's bare message. */
export function encodeMessage(typeName: string, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  messageWriterOf(typeName)(value, writer);
  return writer.finish();
}

/** An object with its envelope. */
export function encodeProtobuf(
  kind: GroupVersionKind & { readonly typeName: string },
  value: unknown,
): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  writeEmptyTail(writer);
  const before = writer.size;
  messageWriterOf(kind.typeName)(value, writer);
  return closeEnvelope(writer, before, kind);
}

/** One item of a list as it stands there: its bare message behind the tag of the field. */
export function encodeListItem(typeName: string, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  messageWriterOf(typeName)(value, writer);
  writer.head(2, 0);
  return writer.finish();
}

/** What stands around the items of a list that are sent one by one. */
export interface ProtobufListFrame {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/**
 * The frame of a list of `encodeListItem`s.
 * @param metadata - the list's, as a value.
 * @param itemsLength - bytes of all items together.
 */
export function protobufListFrame(
  kind: GroupVersionKind,
  metadata: unknown,
  itemsLength: number,
): ProtobufListFrame {
  const tail = new ProtobufWriter();
  writeEmptyTail(tail);
  const head = new ProtobufWriter();
  messageWriterOf("meta.v1.ListMeta")(metadata, head);
  head.head(1, 0);
  head.varint(head.size + itemsLength);
  head.tag(2, BYTES);
  return { head: closeHead(head, kind), tail: tail.finish() };
}

/**
 * A watch event: no envelope of its own, one around the object.
 * @param object - bytes of `encodeProtobuf`.
 */
export function encodeWatchEvent(type: string, object: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeMessage("meta.v1.WatchEvent", { type, object });
}

/** Content encoding and content type, both empty and both written. */
function writeEmptyTail(writer: ProtobufWriter): void {
  writer.head(4, writer.size);
  writer.head(3, writer.size);
}

function closeEnvelope(
  writer: ProtobufWriter,
  before: number,
  kind: GroupVersionKind,
): Uint8Array<ArrayBuffer> {
  writer.head(2, before);
  return closeHead(writer, kind);
}

/** Puts magic bytes, version and kind before the object. */
function closeHead(
  writer: ProtobufWriter,
  { group, version, kind }: GroupVersionKind,
): Uint8Array<ArrayBuffer> {
  const beforeMeta = writer.size;
  messageWriterOf("runtime.TypeMeta")({ apiVersion: apiVersionOf(group, version), kind }, writer);
  writer.head(1, beforeMeta);
  writer.bytes(MAGIC);
  return writer.finish();
}

import { WireReader, WireWriter } from "../runtime/protobuf-wire.ts";

/**
 * The few messages of etcd's v3 API that a store needs, and only the fields it needs of them.
 * @see etcd api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto (3.4 and later)
 */

export interface EtcdKeyValue {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly value: Buffer;
}

export interface RangeRequest {
  readonly key: Buffer;
  /** Empty for the one key. */
  readonly rangeEnd: Buffer;
  /** 0 for no limit. */
  readonly limit: number;
  /** 0 for the newest. */
  readonly revision: number;
}

export interface RangeResponse {
  readonly revision: number;
  readonly keyValues: readonly EtcdKeyValue[];
  readonly more: boolean;
}

/** Puts or removes a key if it is at the expected revision (0: it does not exist); else reads it. */
export interface WriteRequest {
  readonly key: Buffer;
  readonly expectedRevision: number;
  /** Undefined to remove the key. */
  readonly value: Uint8Array | undefined;
}

export interface WriteResponse {
  /** After the write, or of the state that refused it. */
  readonly revision: number;
  readonly succeeded: boolean;
  /** Whether the key exists, of a write that did not succeed. */
  readonly exists: boolean;
}

export interface WatchStart {
  readonly key: Buffer;
  readonly rangeEnd: Buffer;
  /** First revision to be told of. */
  readonly startRevision: number;
}

export interface EtcdEvent {
  readonly type: "put" | "delete";
  readonly keyValue: EtcdKeyValue;
}

export interface WatchMessage {
  readonly revision: number;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Not 0: the start revision is compacted; the oldest one that is left. */
  readonly compactRevision: number;
  readonly cancelReason: string;
  readonly events: readonly EtcdEvent[];
}

export function encodeRange({ key, rangeEnd, limit, revision }: RangeRequest): Buffer {
  const writer = new WireWriter().bytes(1, key);
  if (rangeEnd.length > 0) writer.bytes(2, rangeEnd);
  return writer.varint(3, limit).varint(4, revision).finish();
}

export function decodeRange(bytes: Uint8Array): RangeResponse {
  const reader = new WireReader(bytes);
  const keyValues: EtcdKeyValue[] = [];
  let revision = 0;
  let more = false;
  while (reader.next()) {
    if (reader.field === 1) revision = decodeHeader(reader.bytes());
    else if (reader.field === 2) keyValues.push(decodeKeyValue(reader.bytes()));
    else if (reader.field === 3) more = reader.boolean();
  }
  return { revision, keyValues, more };
}

const EQUAL = 0;
const MOD_REVISION = 2;

/** A `TxnRequest`: compare the key's mod revision, then put or remove it, else read it without value. */
export function encodeWrite({ key, expectedRevision, value }: WriteRequest): Buffer {
  const compare = new WireWriter()
    .varint(1, EQUAL)
    .varint(2, MOD_REVISION)
    .bytes(3, key)
    .varint(6, expectedRevision);
  const operation =
    value === undefined
      ? new WireWriter().message(3, new WireWriter().bytes(1, key))
      : new WireWriter().message(2, new WireWriter().bytes(1, key).bytes(2, value));
  const read = new WireWriter().message(1, new WireWriter().bytes(1, key).boolean(8, true));
  return new WireWriter().message(1, compare).message(2, operation).message(3, read).finish();
}

/** Of a `TxnResponse`. A removal that found nothing did not succeed. */
export function decodeWrite(bytes: Uint8Array): WriteResponse {
  const reader = new WireReader(bytes);
  let revision = 0;
  let succeeded = false;
  let operation: OperationResult = { exists: false, removedNothing: false };
  while (reader.next()) {
    if (reader.field === 1) revision = decodeHeader(reader.bytes());
    else if (reader.field === 2) succeeded = reader.boolean();
    else if (reader.field === 3) operation = decodeOperation(reader.bytes());
  }
  const { exists, removedNothing } = operation;
  return { revision, succeeded: succeeded && !removedNothing, exists };
}

interface OperationResult {
  readonly exists: boolean;
  readonly removedNothing: boolean;
}

function decodeOperation(bytes: Uint8Array): OperationResult {
  const reader = new WireReader(bytes);
  let exists = false;
  let removedNothing = false;
  while (reader.next()) {
    if (reader.field === 1) exists = decodeRange(reader.bytes()).keyValues.length > 0;
    else if (reader.field === 3) removedNothing = decodeDeleted(reader.bytes()) === 0;
  }
  return { exists, removedNothing };
}

function decodeDeleted(bytes: Uint8Array): number {
  const reader = new WireReader(bytes);
  let deleted = 0;
  while (reader.next()) if (reader.field === 2) deleted = reader.number();
  return deleted;
}

export function encodeCompaction(revision: number): Buffer {
  return new WireWriter().varint(1, revision).finish();
}

/** A `WatchRequest` that creates a watch. */
export function encodeWatch({ key, rangeEnd, startRevision }: WatchStart): Buffer {
  const create = new WireWriter().bytes(1, key).bytes(2, rangeEnd).varint(3, startRevision);
  return new WireWriter().message(1, create).finish();
}

export function decodeWatch(bytes: Uint8Array): WatchMessage {
  const reader = new WireReader(bytes);
  const message = {
    revision: 0,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: "",
    events: [] as EtcdEvent[],
  };
  while (reader.next()) {
    if (reader.field === 1) message.revision = decodeHeader(reader.bytes());
    else if (reader.field === 3) message.created = reader.boolean();
    else if (reader.field === 4) message.canceled = reader.boolean();
    else if (reader.field === 5) message.compactRevision = reader.number();
    else if (reader.field === 6) message.cancelReason = reader.text();
    else if (reader.field === 11) message.events.push(decodeEvent(reader.bytes()));
  }
  return message;
}

function decodeEvent(bytes: Uint8Array): EtcdEvent {
  const reader = new WireReader(bytes);
  let type: EtcdEvent["type"] = "put";
  let keyValue = NOTHING;
  while (reader.next()) {
    if (reader.field === 1) type = reader.number() === 0 ? "put" : "delete";
    else if (reader.field === 2) keyValue = decodeKeyValue(reader.bytes());
  }
  return { type, keyValue };
}

const NOTHING: EtcdKeyValue = {
  key: "",
  createRevision: 0,
  modRevision: 0,
  value: Buffer.alloc(0),
};

function decodeKeyValue(bytes: Uint8Array): EtcdKeyValue {
  const reader = new WireReader(bytes);
  let { key, createRevision, modRevision, value } = NOTHING;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) createRevision = reader.number();
    else if (reader.field === 3) modRevision = reader.number();
    else if (reader.field === 5) value = reader.bytes();
  }
  return { key, createRevision, modRevision, value };
}

/** The revision of a `ResponseHeader`. */
function decodeHeader(bytes: Uint8Array): number {
  const reader = new WireReader(bytes);
  let revision = 0;
  // cluster_id and member_id use all 64 bits; they are skipped, not read.
  while (reader.next()) if (reader.field === 3) revision = reader.number();
  return revision;
}

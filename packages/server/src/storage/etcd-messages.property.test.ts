import fc from "fast-check";
import protobufjs from "protobufjs";
import { describe, expect, it } from "vitest";
import { WireReader, WireWriter } from "../runtime/protobuf-wire.ts";
import {
  decodeRange,
  decodeWatch,
  decodeWrite,
  encodeRange,
  encodeWrite,
} from "./etcd-messages.ts";

/** etcd's own definitions of what is used here, abridged, for an independent codec. */
const DEFINITIONS = `
syntax = "proto3";
message ResponseHeader { uint64 cluster_id = 1; uint64 member_id = 2; int64 revision = 3; uint64 raft_term = 4; }
message KeyValue { bytes key = 1; int64 create_revision = 2; int64 mod_revision = 3; int64 version = 4; bytes value = 5; int64 lease = 6; }
message Event { enum EventType { PUT = 0; DELETE = 1; } EventType type = 1; KeyValue kv = 2; KeyValue prev_kv = 3; }
message RangeRequest { bytes key = 1; bytes range_end = 2; int64 limit = 3; int64 revision = 4; bool keys_only = 8; }
message RangeResponse { ResponseHeader header = 1; repeated KeyValue kvs = 2; bool more = 3; int64 count = 4; }
message PutRequest { bytes key = 1; bytes value = 2; }
message DeleteRangeRequest { bytes key = 1; }
message DeleteRangeResponse { ResponseHeader header = 1; int64 deleted = 2; }
message Compare { int32 result = 1; int32 target = 2; bytes key = 3; oneof target_union { int64 version = 4; int64 create_revision = 5; int64 mod_revision = 6; } }
message RequestOp { oneof request { RangeRequest request_range = 1; PutRequest request_put = 2; DeleteRangeRequest request_delete_range = 3; } }
message ResponseOp { oneof response { RangeResponse response_range = 1; DeleteRangeResponse response_delete_range = 3; } }
message TxnRequest { repeated Compare compare = 1; repeated RequestOp success = 2; repeated RequestOp failure = 3; }
message TxnResponse { ResponseHeader header = 1; bool succeeded = 2; repeated ResponseOp responses = 3; }
message WatchResponse { ResponseHeader header = 1; int64 watch_id = 2; bool created = 3; bool canceled = 4; int64 compact_revision = 5; string cancel_reason = 6; bool fragment = 7; repeated Event events = 11; }
`;

const { root } = protobufjs.parse(DEFINITIONS, { keepCase: true });
const encode = (type: string, value: object): Uint8Array => {
  const message = root.lookupType(type);
  return message.encode(message.fromObject(value)).finish();
};
const decode = (type: string, bytes: Uint8Array): unknown => {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number, bytes: Buffer, oneofs: true });
};

const revision = fc.maxSafeNat();
// protobufjs leaves empty values and zeros out of what it shows.
const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((each) => Buffer.from(each));
const text = fc.string({ unit: "binary", maxLength: 20 });
const header = fc.record({
  // As ids of etcd are, beyond what a number can hold.
  cluster_id: fc.constant(2 ** 63 + 2 ** 40),
  member_id: fc.constant(2 ** 62 + 2 ** 30),
  revision,
  raft_term: fc.nat(),
});
const keyValue = fc.record({
  key: text.map((each) => Buffer.from(each)),
  create_revision: revision,
  mod_revision: revision,
  version: fc.nat(),
  value: bytes,
  lease: fc.constant(2 ** 62),
});

const plain = (kv: {
  key: Buffer;
  create_revision: number;
  mod_revision: number;
  value: Buffer;
}) => ({
  key: kv.key.toString(),
  createRevision: kv.create_revision,
  modRevision: kv.mod_revision,
  value: kv.value,
});

describe("etcd messages", () => {
  it("says of a range what an independent decoder reads", () => {
    fc.assert(
      fc.property(bytes, fc.option(bytes), positive, positive, (key, end, limit, at) => {
        const rangeEnd = end ?? Buffer.alloc(0);
        const request = encodeRange({ key, rangeEnd, limit, revision: at });
        expect(decode("RangeRequest", request)).toEqual({
          key,
          ...(rangeEnd.length > 0 ? { range_end: rangeEnd } : {}),
          limit,
          revision: at,
        });
      }),
    );
  });

  it("says of a write what an independent decoder reads", () => {
    fc.assert(
      fc.property(bytes, revision, fc.option(bytes), (key, expectedRevision, value) => {
        const request = encodeWrite({ key, expectedRevision, value: value ?? undefined });
        expect(decode("TxnRequest", request)).toEqual({
          compare: [
            {
              target: 2,
              key,
              mod_revision: expectedRevision,
              target_union: "mod_revision",
            },
          ],
          success: [
            value === null
              ? { request_delete_range: { key }, request: "request_delete_range" }
              : { request_put: { key, value }, request: "request_put" },
          ],
          failure: [{ request_range: { key, keys_only: true }, request: "request_range" }],
        });
      }),
    );
  });

  it("reads what an independent encoder says of a range", () => {
    fc.assert(
      fc.property(header, fc.array(keyValue), fc.boolean(), (head, kvs, more) => {
        const response = encode("RangeResponse", { header: head, kvs, more, count: kvs.length });
        expect(decodeRange(response)).toEqual({
          revision: head.revision,
          keyValues: kvs.map(plain),
          more,
        });
      }),
    );
  });

  it("reads what an independent encoder says of a watch", () => {
    const event = fc.record({ type: fc.constantFrom(0, 1), kv: keyValue });
    fc.assert(
      fc.property(header, fc.array(event), text, revision, (head, events, reason, compacted) => {
        const response = encode("WatchResponse", {
          ...{ header: head, watch_id: 0, created: true, canceled: true },
          ...{ compact_revision: compacted, cancel_reason: reason, events },
        });
        expect(decodeWatch(response)).toEqual({
          ...{ revision: head.revision, created: true, canceled: true },
          ...{ compactRevision: compacted, cancelReason: reason },
          events: events.map(({ type, kv }) => ({
            type: type === 0 ? "put" : "delete",
            keyValue: plain(kv),
          })),
        });
      }),
    );
  });

  const answers: [string, object, object][] = [
    ["a put", { succeeded: true }, { succeeded: true, exists: false }],
    [
      "a removal",
      { succeeded: true, responses: [{ response_delete_range: { deleted: 1 } }] },
      { succeeded: true, exists: false },
    ],
    [
      "a removal that found nothing",
      { succeeded: true, responses: [{ response_delete_range: {} }] },
      { succeeded: false, exists: false },
    ],
    [
      "a refusal of a key that exists",
      { responses: [{ response_range: { kvs: [{ mod_revision: 3 }] } }] },
      { succeeded: false, exists: true },
    ],
    [
      "a refusal of a key that does not",
      { responses: [{ response_range: {} }] },
      { succeeded: false, exists: false },
    ],
  ];
  it.each(answers)("reads the answer to %s", (_, response, expected) => {
    const message = encode("TxnResponse", { header: { revision: 7 }, ...response });
    expect(decodeWrite(message)).toEqual({ revision: 7, ...expected });
  });
});

describe("the wire format", () => {
  it("fails on a message cut short, wherever it is cut inside a field", () => {
    const whole = new WireWriter().bytes(2, Buffer.from("value")).finish();
    for (let length = 1; length < whole.length; length++) {
      const reader = new WireReader(whole.subarray(0, length));
      expect(() => {
        while (reader.next()) reader.bytes();
      }).toThrow(RangeError);
    }
  });

  it("refuses to read a field as another type", () => {
    const reader = new WireReader(new WireWriter().varint(1, 5).finish());
    reader.next();
    expect(() => reader.bytes()).toThrow(RangeError);
  });

  it("skips fields of every wire type that nobody reads", () => {
    const fixed = Buffer.from([0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4]);
    const message = Buffer.concat([fixed, new WireWriter().varint(3, 300).finish()]);
    const reader = new WireReader(message);
    const fields: number[] = [];
    while (reader.next()) fields.push(reader.field);
    expect(fields).toEqual([1, 2, 3]);
  });
});

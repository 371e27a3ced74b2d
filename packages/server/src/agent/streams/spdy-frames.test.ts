import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SPDY_DICTIONARY } from "./spdy-dictionary.ts";
import { encodeSpdyFrame, type SpdyFrame, SpdyFrameParser } from "./spdy-frames.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/[\s|]/g, ""), "hex");
const parse = (bytes: Uint8Array): SpdyFrame[] => [...new SpdyFrameParser().push(bytes)];

describe("frames on the wire", () => {
  // The layouts of the specification, written out.
  const cases: readonly (readonly [string, SpdyFrame, string])[] = [
    [
      "data",
      { type: "data", streamId: 5, bytes: hex("616263"), fin: false },
      "00000005 00 000003 616263",
    ],
    [
      "the end of data",
      { type: "data", streamId: 5, bytes: hex(""), fin: true },
      "00000005 01 000000",
    ],
    [
      "SYN_STREAM",
      { type: "syn-stream", streamId: 1, block: hex("aabb"), fin: false, unidirectional: false },
      "8003 0001 00 00000c 00000001 00000000 0000 aabb",
    ],
    [
      "SYN_STREAM of one direction",
      { type: "syn-stream", streamId: 3, block: hex(""), fin: true, unidirectional: true },
      "8003 0001 03 00000a 00000003 00000000 0000",
    ],
    [
      "SYN_REPLY",
      { type: "syn-reply", streamId: 1, block: hex("aa"), fin: false },
      "8003 0002 00 000005 00000001 aa",
    ],
    [
      "RST_STREAM",
      { type: "rst-stream", streamId: 7, status: 5 },
      "8003 0003 00 000008 00000007 00000005",
    ],
    [
      "SETTINGS",
      { type: "settings", settings: [{ id: 7, value: 65536 }] },
      "8003 0004 00 00000c 00000001 00000007 00010000",
    ],
    ["PING", { type: "ping", id: 2 }, "8003 0006 00 000004 00000002"],
    [
      "GOAWAY",
      { type: "goaway", lastStreamId: 9, status: 1 },
      "8003 0007 00 000008 00000009 00000001",
    ],
    [
      "HEADERS",
      { type: "headers", streamId: 1, block: hex("aa"), fin: true },
      "8003 0008 01 000005 00000001 aa",
    ],
    [
      "WINDOW_UPDATE",
      { type: "window-update", streamId: 0, delta: 32768 },
      "8003 0009 00 000008 00000000 00008000",
    ],
  ];

  test.each(cases)("%s", (_name, frame, wire) => {
    expect(encodeSpdyFrame(frame).toString("hex")).toBe(hex(wire).toString("hex"));
    expect(parse(hex(wire))).toEqual([frame]);
  });

  test("frames of types that nobody knows are passed over", () => {
    const wire = hex(
      "8003 0005 00 000000 | 8003 000a 00 000002 aabb | 8003 0006 00 000004 00000001",
    );
    expect(parse(wire)).toEqual([{ type: "ping", id: 1 }]);
  });

  test("a data frame is handed on as it comes, its end with its last piece", () => {
    const parser = new SpdyFrameParser();
    expect([...parser.push(hex("00000001 01 000004 aa"))]).toEqual([
      { type: "data", streamId: 1, bytes: hex("aa"), fin: false },
    ]);
    expect([...parser.push(hex("bbccdd 8003"))]).toEqual([
      { type: "data", streamId: 1, bytes: hex("bbccdd"), fin: true },
    ]);
    expect([...parser.push(hex("0006 00 000004 00000001"))]).toEqual([{ type: "ping", id: 1 }]);
  });

  test.each([
    ["another version", "8002 0001 00 00000a 00000001 00000000 0000"],
    ["data of stream 0", "00000000 00 000001 aa"],
    ["a stream without a number", "8003 0001 00 00000a 00000000 00000000 0000"],
    ["SYN_STREAM that is too short", "8003 0001 00 000004 00000001"],
    ["RST_STREAM that is too short", "8003 0003 00 000004 00000001"],
    ["PING without a number", "8003 0006 00 000000"],
    ["settings that promise more than they have", "8003 0004 00 000004 0fffffff"],
    ["GOAWAY that is too short", "8003 0007 00 000004 00000001"],
    ["a control frame of 16 MiB", "8003 0001 00 ffffff"],
  ])("%s breaks the protocol", (_name, wire) => {
    expect(() => parse(hex(wire))).toThrow(expect.objectContaining({ code: "protocol-error" }));
  });
});

test("the dictionary is the one of SPDY/3", () => {
  expect(SPDY_DICTIONARY.length).toBe(1423);
  // Of the dictionary in Go's and Chromium's implementations.
  expect(createHash("sha256").update(SPDY_DICTIONARY).digest("hex")).toBe(
    "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02",
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSpdyFrame, type SpdyFrame, SpdyFrameParser } from "./spdy-frames.ts";
import { encodeHeaderBlock, parseHeaderBlock } from "./spdy-header-block.ts";
import { HeaderDeflater, HeaderInflater } from "./spdy-header-compression.ts";
import { StreamError } from "./stream-error.ts";

const streamId = fc.integer({ min: 1, max: 0x7fffffff });
const word = fc.integer({ min: 0, max: 0xffffffff });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

const frame: fc.Arbitrary<SpdyFrame> = fc.oneof(
  fc.record({ type: fc.constant("data" as const), streamId, bytes, fin: fc.boolean() }),
  fc.record({
    type: fc.constant("syn-stream" as const),
    streamId,
    block: bytes,
    fin: fc.boolean(),
    unidirectional: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom("syn-reply" as const, "headers" as const),
    streamId,
    block: bytes,
    fin: fc.boolean(),
  }),
  fc.record({ type: fc.constant("rst-stream" as const), streamId, status: word }),
  fc.record({ type: fc.constant("ping" as const), id: word }),
  fc.record({ type: fc.constant("goaway" as const), lastStreamId: streamId, status: word }),
  fc.record({ type: fc.constant("window-update" as const), streamId, delta: streamId }),
  fc.record({
    type: fc.constant("settings" as const),
    settings: fc.array(fc.record({ id: fc.integer({ min: 0, max: 0xffffff }), value: word })),
  }),
);

/** Pieces of one data frame put together again. */
function joined(frames: readonly SpdyFrame[]): SpdyFrame[] {
  const result: SpdyFrame[] = [];
  let kept: Buffer[] = [];
  for (const each of frames) {
    if (each.type !== "data") result.push(each);
    else kept.push(Buffer.from(each.bytes));
    if (each.type === "data" && each.fin) {
      result.push({ ...each, bytes: Buffer.concat(kept) });
      kept = [];
    }
  }
  return result;
}

test("what is written is read again, however the connection cuts it", () => {
  const cuts = fc.array(fc.nat({ max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(frame), cuts, (frames, lengths) => {
      // Every data frame ends its stream, so that its pieces can be told from the next one's.
      const sent = frames.map((each) => (each.type === "data" ? { ...each, fin: true } : each));
      const wire = Buffer.concat(sent.map(encodeSpdyFrame));
      const parser = new SpdyFrameParser();
      const received: SpdyFrame[] = [];
      for (let offset = 0, turn = 0; offset < wire.length; turn++) {
        const length = Math.max(1, lengths[turn % lengths.length] ?? 1);
        received.push(...parser.push(wire.subarray(offset, offset + length)));
        offset += length;
      }
      expect(joined(received)).toEqual(sent);
    }),
  );
});

test("noise is frames or a broken protocol, and nothing else is thrown", () => {
  const control = fc.uint8Array({ maxLength: 60 }).map((tail) =>
    // Mostly well-formed heads, so that what is behind them is reached.
    Buffer.concat([Buffer.from([0x80, 3, 0, (tail[0] ?? 0) % 12, 0, 0, 0, tail.length]), tail]),
  );
  fc.assert(
    fc.property(fc.oneof(control, fc.uint8Array({ maxLength: 200 })), (noise) => {
      try {
        for (const each of new SpdyFrameParser().push(noise))
          expect(each.type).toBeTypeOf("string");
      } catch (error) {
        expect(error).toBeInstanceOf(StreamError);
        expect((error as StreamError).code).toBe("protocol-error");
      }
    }),
    { numRuns: 500 },
  );
});

const headerText = fc
  .string({ maxLength: 40 })
  .map((text) => text.replaceAll(/[^\x20-\x7e]/g, "x"));
const headers = fc
  .array(
    fc.tuple(
      headerText.map((name) => `h${name.toLowerCase()}`),
      headerText,
    ),
    { maxLength: 8 },
  )
  .map((entries) => new Map(entries));

test("header blocks of one connection are read as they were written, one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(headers, { maxLength: 6 }), async (all) => {
      using deflater = new HeaderDeflater();
      using inflater = new HeaderInflater();
      for (const each of all) {
        const block = await deflater.compress(encodeHeaderBlock(each));
        expect(parseHeaderBlock(await inflater.decompress(block))).toEqual(each);
      }
    }),
    { numRuns: 30 },
  );
});

test("a block that is no block breaks the protocol", async () => {
  const codeOf = (error: unknown): string => (error as StreamError).code;
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (noise) => {
      using inflater = new HeaderInflater();
      const compressed = inflater.decompress(noise).then(parseHeaderBlock);
      const plain = Promise.resolve(noise).then(parseHeaderBlock);
      const reads = [compressed, plain].map((read) => read.then(() => "read", codeOf));
      for (const outcome of await Promise.all(reads)) {
        expect(["read", "protocol-error"]).toContain(outcome);
      }
    }),
    { numRuns: 50 },
  );
});

test("a small block that becomes a large one breaks the protocol", async () => {
  using deflater = new HeaderDeflater();
  using inflater = new HeaderInflater();
  const bomb = await deflater.compress(Buffer.alloc(8 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(16 * 1024);
  await expect(inflater.decompress(bomb)).rejects.toMatchObject({ code: "protocol-error" });
  await expect(inflater.decompress(Buffer.of(0))).rejects.toMatchObject({ code: "protocol-error" });
});

import { describe, expect, it } from "vitest";
import { StreamBrokenError, StreamBuffer } from "./stream-buffer.ts";

/** Texts count by their length. */
function textBuffer(): StreamBuffer<string> {
  return new StreamBuffer(({ length }) => length);
}

async function readAll(buffer: StreamBuffer<string>): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of buffer.read()) parts.push(part);
  return parts;
}

describe("StreamBuffer", () => {
  it("hands over what was written, before and while it is read, in order", async () => {
    const buffer = textBuffer();
    buffer.write("a");
    const read = readAll(buffer);
    await Promise.resolve();
    buffer.write("b");
    buffer.write("c");
    buffer.end();
    expect(await read).toEqual(["a", "b", "c"]);
  });

  it("tells how much waits, asks producers to wait, and says when they may go on", async () => {
    const buffer = textBuffer();
    const big = "x".repeat(700_000);
    expect(buffer.write(big)).toBe(true);
    expect(buffer.write(big)).toBe(false);
    expect(buffer.buffered()).toBe(1_400_000);
    let drained = 0;
    buffer.onDrain(() => {
      drained++;
      buffer.write("more");
      buffer.end();
    });
    expect(drained).toBe(0);
    expect((await readAll(buffer)).map(({ length }) => length)).toEqual([700_000, 700_000, 4]);
    expect(drained).toBe(1);
    expect(buffer.buffered()).toBe(0);
  });

  it("calls back at once where nothing waits", () => {
    let drained = false;
    textBuffer().onDrain(() => {
      drained = true;
    });
    expect(drained).toBe(true);
  });

  it("fails for its reader when its producer breaks off, and drops what waits", async () => {
    const buffer = textBuffer();
    buffer.write("a");
    buffer.destroy();
    expect(buffer.buffered()).toBe(0);
    expect(buffer.write("b")).toBe(false);
    await expect(readAll(buffer)).rejects.toThrow(StreamBrokenError);
  });

  it("tells its producer once when its reader leaves", async () => {
    const buffer = textBuffer();
    let closed = 0;
    buffer.onClose(() => closed++);
    buffer.write("a");
    for await (const _part of buffer.read()) break;
    buffer.close();
    expect(closed).toBe(1);
    expect(buffer.write("b")).toBe(false);
    buffer.onClose(() => closed++);
    expect(closed).toBe(2);
  });
});

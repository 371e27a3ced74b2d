import fc from "fast-check";
import { expect, test } from "vitest";
import { LogLines, logPrefix, MAX_LINE_BYTES } from "./log-lines.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const prefix = (tag: "F" | "P"): Buffer => logPrefix(AT, "stdout", tag);

/** What a reader of the log makes of it. */
function readBack(log: Buffer): { readonly output: Buffer; readonly longest: number } {
  const start = "2026-01-02T03:04:05.678000Z stdout ";
  const parts: Buffer[] = [];
  let longest = 0;
  for (let rest = log; rest.length > 0; ) {
    expect(rest.toString("latin1", 0, start.length)).toBe(start);
    const tag = rest.toString("latin1", start.length, start.length + 1);
    const end = rest.indexOf(0x0a);
    const line = rest.subarray(start.length + 2, end);
    longest = Math.max(longest, line.length);
    parts.push(line, Buffer.from(tag === "F" ? "\n" : ""));
    rest = rest.subarray(end + 1);
  }
  return { output: Buffer.concat(parts), longest };
}

test("however an output comes, its log holds it, in entries that are not too long", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.constant(Uint8Array.of(0x0a)),
    fc.integer({ min: 1, max: 3 * MAX_LINE_BYTES }).map((length) => Buffer.alloc(length, "x")),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const lines = new LogLines();
      const log = Buffer.concat([
        ...pieces.map((each) => lines.push(each, prefix)),
        lines.end(prefix),
      ]);
      const { output, longest } = readBack(log);
      expect(output.equals(Buffer.concat(pieces))).toBe(true);
      expect(longest).toBeLessThanOrEqual(MAX_LINE_BYTES);
    }),
    { numRuns: 200 },
  );
});

import { expect, it } from "vitest";
import { bootstrapTokenLeftMs } from "./bootstrap-token-secret.ts";

const NOW = Date.UTC(2026, 0, 1);

it.each([
  ["says nothing of its end", undefined, Number.POSITIVE_INFINITY],
  ["says an empty end", "", Number.POSITIVE_INFINITY],
  ["ends in a minute", "2026-01-01T00:01:00Z", 60_000],
  ["ends in a moment, told elsewhere", "2026-01-01T01:00:00.5+01:00", 500],
  ["ends now", "2026-01-01T00:00:00Z", 0],
  ["has ended", "2025-12-31T23:59:59Z", 0],
  ["ends on a day, which is no instant", "2027-01-01", 0],
  ["ends at some time", "tomorrow", 0],
])("a token that %s", (_what, expiration, expected) => {
  const data =
    expiration === undefined ? {} : { expiration: Buffer.from(expiration).toString("base64") };
  expect(bootstrapTokenLeftMs({ data }, NOW)).toBe(expected);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, normalizeTime, parseTime, TimeFormatError } from "./time-format.ts";
import { parseDuration, printDuration } from "./time-format-duration.ts";

describe("normalizeTime", () => {
  it.each([
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05.999Z", "2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05Z"],
    ["2026-01-01T00:30:00+02:00", "2025-12-31T22:30:00Z"],
    ["2026-01-01T23:30:00-01:45", "2026-01-02T01:15:00Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"],
    ["1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"],
    ["2026-01-02T3:04:05Z", "2026-01-02T03:04:05Z"],
    ["0001-01-01T00:00:00Z", undefined],
    ["0001-01-01T01:00:00+01:00", undefined],
  ])("reads %s", (text, wanted) => {
    expect(normalizeTime(text, "seconds")).toBe(wanted);
  });

  it.each([
    ["yesterday", 'cannot parse "yesterday" as "2006"'],
    ["", 'cannot parse "" as "2006"'],
    ["2026/01/01", 'cannot parse "/01/01" as "-"'],
    ["2026-1-01T00:00:00Z", 'cannot parse "1-01T00:00:00Z" as "01"'],
    ["2026-01-01", 'cannot parse "" as "T"'],
    ["2026-01-01 00:00:00Z", 'cannot parse " 00:00:00Z" as "T"'],
    ["2026-01-01T00:00Z", 'cannot parse "Z" as ":"'],
    ["2026-01-01T00:00:00", 'cannot parse "" as "Z07:00"'],
    ["2026-01-01T00:00:00+0100", 'cannot parse "+0100" as "Z07:00"'],
  ])("says where %j fails", (text, tail) => {
    const head = `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": `;
    expect(() => normalizeTime(text, "seconds")).toThrow(new TimeFormatError(head + tail));
  });

  it.each([
    ["2026-13-01T00:00:00Z", "month out of range"],
    ["2026-02-29T00:00:00Z", "day out of range"],
    ["2026-04-31T00:00:00Z", "day out of range"],
    ["2026-01-00T00:00:00Z", "day out of range"],
    ["2026-01-01T24:00:00Z", "hour out of range"],
    ["2026-01-01T00:60:00Z", "minute out of range"],
    ["2026-01-01T00:00:60Z", "second out of range"],
    ["2026-01-01T00:00:00+25:00", "time zone offset hour out of range"],
    ["2026-01-01T00:00:00Zulu", 'extra text: "ulu"'],
  ])("refuses %s", (text, tail) => {
    expect(() => normalizeTime(text, "seconds")).toThrow(
      new TimeFormatError(`parsing time ${JSON.stringify(text)}: ${tail}`),
    );
  });

  it("wants exactly six decimals of a MicroTime", () => {
    expect(() => normalizeTime("2026-01-01T00:00:00.123456789Z", "micros")).toThrow(
      'cannot parse "789Z" as "Z07:00"',
    );
    expect(normalizeTime("2026-01-01T00:00:00.123456Z", "micros")).toBe(
      "2026-01-01T00:00:00.123456Z",
    );
    expect(normalizeTime("2026-01-01T00:00:00.000000+01:00", "micros")).toBe(
      "2025-12-31T23:00:00.000000Z",
    );
    expect(() => normalizeTime("2026-01-01T00:00:00Z", "micros")).toThrow(
      'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
    expect(() => normalizeTime("2026-01-01T00:00:00.123Z", "micros")).toThrow('as ".000000"');
  });

  it("agrees with Date about every second of ten thousand years", () => {
    const range = { min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) };
    fc.assert(
      fc.property(fc.integer(range), (at) => {
        const seconds = Math.floor(at / 1000);
        const text = new Date(seconds * 1000).toISOString().replace(".000", "");
        expect(parseTime(text, "seconds")).toEqual({ seconds, nanos: 0 });
        expect(formatInstant({ seconds, nanos: 0 }, "seconds")).toBe(text);
      }),
    );
  });
});

describe("durations", () => {
  it.each([
    ["0", 0n, "0s"],
    ["1h30m", 5_400_000_000_000n, "1h30m0s"],
    ["90s", 90_000_000_000n, "1m30s"],
    ["1.5s", 1_500_000_000n, "1.5s"],
    ["250ms", 250_000_000n, "250ms"],
    ["3us", 3_000n, "3µs"],
    ["7ns", 7n, "7ns"],
    ["-2m", -120_000_000_000n, "-2m0s"],
    [".5h", 1_800_000_000_000n, "30m0s"],
  ])("%s", (text, nanos, printed) => {
    expect(parseDuration(text)).toBe(nanos);
    expect(printDuration(nanos)).toBe(printed);
  });

  it.each([
    ["", 'invalid duration ""'],
    ["-", 'invalid duration "-"'],
    ["s", 'invalid duration "s"'],
    ["abc", 'invalid duration "abc"'],
    [".s", 'invalid duration ".s"'],
    ["1h.m", 'invalid duration "1h.m"'],
    ["9999999999h", 'invalid duration "9999999999h"'],
    ["1", 'missing unit in duration "1"'],
    ["1h30", 'missing unit in duration "1h30"'],
    ["1.5.5s", 'missing unit in duration "1.5.5s"'],
    ["1x", 'unknown unit "x" in duration "1x"'],
    ["1h ", 'unknown unit "h " in duration "1h "'],
    ["1h\u00fc", 'unknown unit "h\\xc3\\xbc" in duration "1h\\xc3\\xbc"'],
  ])("refuse %j", (text, problem) => {
    expect(() => parseDuration(text)).toThrow(`time: ${problem}`);
  });

  it("come back from their own text", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanos) => {
        expect(parseDuration(printDuration(nanos))).toBe(nanos);
      }),
    );
  });
});

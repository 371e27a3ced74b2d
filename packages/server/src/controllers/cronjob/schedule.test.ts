import { describe, expect, it } from "vitest";
import { formatTime } from "../../runtime/clock.ts";
import { parseSchedule } from "./schedule.ts";

/** The next times after an instant, as many as are asked for, or fewer when there are no more. */
function nextTimes(schedule: string, from: string, count: number): readonly string[] {
  const parsed = parseSchedule(schedule);
  const times: string[] = [];
  let at: number | undefined = Date.parse(from);
  for (let left = count; left > 0; left--) {
    at = parsed.next(at);
    if (at === undefined) break;
    times.push(formatTime(at));
  }
  return times;
}

describe("the next times of a schedule", () => {
  // What robfig/cron v3 answers.
  it.each<[string, string, readonly string[]]>([
    [
      "*/15 * * * *",
      "2026-01-01T00:07:30Z",
      ["2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z", "2026-01-01T00:45:00Z"],
    ],
    [
      "30 6-16/4 * * 1-5",
      "2026-01-02T15:00:00Z",
      ["2026-01-05T06:30:00Z", "2026-01-05T10:30:00Z", "2026-01-05T14:30:00Z"],
    ],
    [
      "0 0 13 * 5",
      "2026-02-01T00:00:00Z",
      ["2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z"],
    ],
    [
      "0 0 */2 * 1",
      "2026-02-01T00:00:00Z",
      ["2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z", "2026-02-05T00:00:00Z"],
    ],
    [
      "0 12 1 jan,JUL *",
      "2026-01-01T12:00:00Z",
      ["2026-07-01T12:00:00Z", "2027-01-01T12:00:00Z", "2027-07-01T12:00:00Z"],
    ],
    ["59 23 29 2 *", "2026-01-01T00:00:00Z", ["2028-02-29T23:59:00Z", "2032-02-29T23:59:00Z"]],
    ["59 23 31 2 *", "2026-01-01T00:00:00Z", []],
    ["5/20 * * * *", "2026-01-01T00:45:00Z", ["2026-01-01T01:05:00Z", "2026-01-01T01:25:00Z"]],
    ["@weekly", "2026-01-01T00:00:00Z", ["2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"]],
    ["@yearly", "2026-01-01T00:00:00Z", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]],
    ["@every 1h30m", "2026-01-01T00:00:10Z", ["2026-01-01T01:30:10Z", "2026-01-01T03:00:10Z"]],
    ["@every 500ms", "2026-01-01T00:00:10Z", ["2026-01-01T00:00:11Z", "2026-01-01T00:00:12Z"]],
  ])("of %s after %s", (schedule, from, expected) => {
    expect(nextTimes(schedule, from, Math.max(1, expected.length))).toEqual(expected);
  });
});

describe("the next times by the clocks of a zone", () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      "a time that is skipped is left out",
      "TZ=Europe/Berlin 30 2 * * *",
      "2026-03-28T00:00:00Z",
      ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"],
    ],
    [
      "a time that comes twice is taken twice",
      "TZ=Europe/Berlin 30 2 * * *",
      "2026-10-24T00:30:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"],
    ],
    [
      "every hour stays every hour",
      "CRON_TZ=America/New_York 0 * * * *",
      "2026-11-01T04:30:00Z",
      ["2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"],
    ],
    [
      "a midnight that is skipped",
      "TZ=America/Sao_Paulo 0 0 * * *",
      "2017-10-14T00:00:00Z",
      ["2017-10-14T03:00:00Z", "2017-10-16T02:00:00Z"],
    ],
    [
      "a change by half an hour",
      "TZ=Australia/Lord_Howe */20 1-2 * * *",
      "2026-04-04T14:10:00Z",
      ["2026-04-04T14:20:00Z", "2026-04-04T14:40:00Z", "2026-04-04T15:10:00Z"],
    ],
    [
      "an offset of half an hour",
      "TZ=Asia/Kolkata 0 9 * * *",
      "2026-01-01T00:00:00Z",
      ["2026-01-01T03:30:00Z", "2026-01-02T03:30:00Z"],
    ],
  ])("%s", (_case, schedule, from, expected) => {
    expect(nextTimes(schedule, from, expected.length)).toEqual(expected);
  });
});

describe("a schedule that cannot be read", () => {
  it.each([
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["61 * * * *", "end of range (61) above maximum (59): 61"],
    ["@often", "unrecognized descriptor: @often"],
    ["TZ=Nowhere * * * * *", "provided bad location Nowhere: unknown time zone Nowhere"],
  ])("%s", (schedule, message) => {
    expect(() => parseSchedule(schedule)).toThrow(message);
  });
});

import { describe, expect, it } from "vitest";
import type { CronJob, CronJobSpec } from "../../api/types.ts";
import { type Due, lastDue, nextDueMs } from "./missed-schedules.ts";
import { parseSchedule } from "./schedule.ts";

const CREATED = "2026-01-01T00:00:30Z";

interface Given {
  readonly schedule?: string;
  readonly last?: string;
  readonly deadline?: number;
  readonly now: string;
}

function given({ schedule = "0 * * * *", last, deadline, now }: Given) {
  const spec: CronJobSpec = {
    schedule,
    jobTemplate: {},
    ...(deadline === undefined ? {} : { startingDeadlineSeconds: deadline }),
  };
  const cronJob: CronJob = {
    metadata: { creationTimestamp: CREATED },
    spec,
    ...(last === undefined ? {} : { status: { lastScheduleTime: last } }),
  };
  return { cronJob, schedule: parseSchedule(schedule), now: Date.parse(now) };
}

const due = (at: string | undefined, since: string, missed: Due["missed"]): Due => ({
  at: at === undefined ? undefined : Date.parse(at),
  since: Date.parse(since),
  missed,
});

describe("when a CronJob was due last", () => {
  it.each<[string, Given, Due]>([
    ["not yet", { now: "2026-01-01T00:59:59Z" }, due(undefined, CREATED, "none")],
    ["now", { now: "2026-01-01T01:00:00Z" }, due("2026-01-01T01:00:00Z", CREATED, "none")],
    ["a while ago", { now: "2026-01-01T01:59:59Z" }, due("2026-01-01T01:00:00Z", CREATED, "none")],
    [
      "after it had started last",
      { last: "2026-01-01T05:00:00Z", now: "2026-01-01T06:00:01Z" },
      due("2026-01-01T06:00:00Z", "2026-01-01T05:00:00Z", "none"),
    ],
    [
      "several times since",
      { now: "2026-01-01T04:10:00Z" },
      due("2026-01-01T04:00:00Z", CREATED, "few"),
    ],
    [
      "more than a hundred times since",
      { now: "2026-01-05T05:10:00Z" },
      due("2026-01-05T05:00:00Z", CREATED, "many"),
    ],
    [
      "no longer ago than its deadline",
      { now: "2026-01-05T05:10:00Z", deadline: 1200 },
      due("2026-01-05T05:00:00Z", "2026-01-05T04:50:00Z", "none"),
    ],
    [
      "at distances that differ",
      { schedule: "30 6-16/4 * * 1-5", now: "2026-01-05T07:00:00Z" },
      due("2026-01-05T06:30:00Z", CREATED, "few"),
    ],
    [
      "at a constant distance from the start",
      { schedule: "@every 1h", now: "2026-01-01T03:10:00Z" },
      due("2026-01-01T03:00:30Z", CREATED, "few"),
    ],
  ])("%s", (_case, options, expected) => {
    const { cronJob, schedule, now } = given(options);
    expect(lastDue(cronJob, schedule, now, true)).toEqual(expected);
  });

  it("is senseless for a day that no month has", () => {
    const { cronJob, schedule, now } = given({ schedule: "59 23 31 2 *", now: CREATED });
    expect(() => lastDue(cronJob, schedule, now, true)).toThrow(
      "time difference between two schedules is less than 1 second",
    );
  });
});

describe("after how long a CronJob is due again", () => {
  const minutes = (count: number): number => count * 60_000 + 100;
  it.each<[string, Given, number | undefined]>([
    ["not yet due", { now: "2026-01-01T00:40:00Z" }, minutes(20)],
    ["due and not started", { now: "2026-01-01T01:40:00Z" }, minutes(20)],
    [
      "started just now",
      { last: "2026-01-01T05:00:00Z", now: "2026-01-01T05:00:00Z" },
      minutes(60),
    ],
    [
      "missed by its deadline, which does not count here",
      { deadline: 10, now: "2026-01-01T03:10:00Z" },
      minutes(50),
    ],
    ["never", { schedule: "59 23 31 2 *", now: CREATED }, undefined],
  ])("%s", (_case, options, expected) => {
    const { cronJob, schedule, now } = given(options);
    expect(nextDueMs(cronJob, schedule, now)).toBe(expected);
  });
});

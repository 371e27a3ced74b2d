import { goDurationMs } from "../../api/int64.ts";
import type { CronJob } from "../../api/types.ts";
import { instantOf } from "../pod-state.ts";
import type { Schedule } from "./schedule.ts";

/**
 * When a CronJob was due last, and when it is due next.
 * @see kubernetes pkg/controller/cronjob/utils.go
 */

/** How many times it was due and nothing was done. */
export type Missed = "none" | "few" | "many";

export interface Due {
  /** The last time that it was due; undefined when it was not yet. */
  readonly at: number | undefined;
  /** From when on times count. */
  readonly since: number;
  readonly missed: Missed;
}

/** What is looked at again comes a little late, so that a clock that is not quite right is forgiven. */
const DELTA_MS = 100;
const MANY = 100;
const SECOND_MS = 1_000;

/** Thrown for a schedule that can be read and has no meaning: the 31st of February. */
export class SenselessScheduleError extends Error {
  constructor() {
    super("time difference between two schedules is less than 1 second");
  }
}

/**
 * @param withDeadline - Whether times that are too long ago do not count.
 * @throws SenselessScheduleError
 */
export function lastDue(
  { metadata, spec, status }: Readonly<CronJob>,
  schedule: Schedule,
  now: number,
  withDeadline: boolean,
): Due {
  const begun = instantOf(status?.lastScheduleTime) ?? instantOf(metadata.creationTimestamp) ?? 0;
  const deadline = spec.startingDeadlineSeconds;
  const limited = withDeadline && deadline !== undefined;
  const since = limited ? Math.max(begun, now - goDurationMs(deadline)) : begun;
  const first = schedule.next(since);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first !== undefined && now < first) return { at: undefined, since, missed: "none" };
  if (first !== undefined && second !== undefined && now < second) {
    return { at: first, since, missed: "none" };
  }
  const distance = Math.round(((second ?? 0) - (first ?? 0)) / SECOND_MS);
  if (first === undefined || second === undefined || distance < 1) {
    throw new SenselessScheduleError();
  }
  const count = Math.floor(Math.floor((now - first) / SECOND_MS) / distance) + 1;
  // One step back from where it would be if all distances were the same, and then on by the schedule.
  const at = lastBefore(schedule, first + (count - 2) * distance * SECOND_MS, now);
  return { at, since, missed: count > MANY ? "many" : "few" };
}

function lastBefore(schedule: Schedule, from: number, now: number): number | undefined {
  let last: number | undefined;
  let next = schedule.next(from);
  while (next !== undefined && next <= now) {
    last = next;
    next = schedule.next(next);
  }
  return last;
}

/** After how long it is due again; undefined when it never is. */
export function nextDueMs(
  cronJob: Readonly<CronJob>,
  schedule: Schedule,
  now: number,
): number | undefined {
  const next = schedule.next(lookFrom(cronJob, schedule, now));
  return next === undefined ? undefined : next + DELTA_MS - now;
}

function lookFrom(cronJob: Readonly<CronJob>, schedule: Schedule, now: number): number {
  try {
    const { at, since, missed } = lastDue(cronJob, schedule, now, false);
    return at ?? (missed === "none" ? since : now);
  } catch (error) {
    if (error instanceof SenselessScheduleError) return now;
    throw error;
  }
}

import { parseDuration } from "../../api/time-format-duration.ts";
import {
  type Bounds,
  CRON_FIELDS,
  EVERY,
  parseRange,
  ScheduleError,
  scheduleComplaint,
  splitTimeZone,
} from "../../api/validation/cron-schedule.ts";
import { TimeZone, type WallTime } from "./zoned-time.ts";

/** When something is due. @see robfig/cron v3 spec.go, constantdelay.go */
export interface Schedule {
  /** The first time after an instant; undefined when there is none within five years. */
  next(after: number): number | undefined;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MAX_YEARS = 5;
const NANOSECONDS_IN_SECOND = 1_000_000_000n;

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** @throws ScheduleError */
export function parseSchedule(schedule: string): Schedule {
  const complaint = scheduleComplaint(schedule);
  if (complaint !== undefined) throw new ScheduleError(complaint);
  const { zone, spec } = splitTimeZone(schedule);
  if (spec.startsWith(EVERY)) return every(spec.slice(EVERY.length));
  const fields = (DESCRIPTORS[spec] ?? spec).split(/\s+/).filter((field) => field !== "");
  const [minutes, hours, days, months, weekdays] = CRON_FIELDS.map((bounds, index) =>
    parseField(fields[index] ?? "*", bounds),
  );
  if (!minutes || !hours || !days || !months || !weekdays) throw new ScheduleError(schedule);
  return new CalendarSchedule({ minutes, hours, days, months, weekdays }, new TimeZone(zone));
}

/** At a constant distance, of whole seconds. */
function every(duration: string): Schedule {
  const seconds = Number(parseDuration(duration) / NANOSECONDS_IN_SECOND);
  const delayMs = Math.max(1, seconds) * SECOND_MS;
  return { next: (after) => Math.floor(after / SECOND_MS) * SECOND_MS + delayMs };
}

interface Field {
  readonly numbers: ReadonlySet<number>;
  /** Written as `*`: for days that means something else than all numbers written down. */
  readonly isAll: boolean;
}

function parseField(text: string, bounds: Bounds): Field {
  const numbers = new Set<number>();
  let isAll = false;
  for (const part of text.split(",").filter((each) => each !== "")) {
    const range = parseRange(part, bounds);
    isAll ||= range.isAll;
    for (let number = range.start; number <= range.end; number += range.step) numbers.add(number);
  }
  return { numbers, isAll };
}

interface Fields {
  readonly minutes: Field;
  readonly hours: Field;
  readonly days: Field;
  readonly months: Field;
  readonly weekdays: Field;
}

/** By the calendar and the clock of a time zone. */
class CalendarSchedule implements Schedule {
  readonly #fields: Fields;
  readonly #zone: TimeZone;

  constructor(fields: Fields, zone: TimeZone) {
    this.#fields = fields;
    this.#zone = zone;
  }

  /** Looks for the month, then for the day, the hour and the minute; after each carry from the start. */
  next(after: number): number | undefined {
    const second = Math.floor(after / SECOND_MS) * SECOND_MS + SECOND_MS;
    let at = Math.ceil(second / MINUTE_MS) * MINUTE_MS;
    const lastYear = this.#zone.wallTime(second).year + MAX_YEARS;
    for (let isRound = false; ; isRound = true) {
      const wall = this.#zone.wallTime(at);
      if (wall.year > lastYear) return undefined;
      const later = this.#advance(at, wall, isRound);
      if (later === undefined) return at;
      at = later;
    }
  }

  /**
   * The next month, day, hour or minute, when this one's is not it.
   * @param isRound - Whether what is smaller is 0 already: from then on only differences are added,
   * so that an hour that comes twice is not gone back to.
   */
  #advance(at: number, wall: WallTime, isRound: boolean): number | undefined {
    const { minutes, hours, months } = this.#fields;
    const { year, month, day, hour, minute } = wall;
    if (!months.numbers.has(month)) {
      return isRound
        ? this.#zone.instant(year, month + 1, day, hour, minute)
        : this.#zone.instant(year, month + 1, 1);
    }
    if (!this.#isDay(wall)) return this.#nextDay(wall, isRound);
    if (!hours.numbers.has(hour)) {
      return (isRound ? at : this.#zone.instant(year, month, day, hour)) + HOUR_MS;
    }
    return minutes.numbers.has(minute) ? undefined : at + MINUTE_MS;
  }

  /** Where clocks are changed at midnight, the day begins at another hour. */
  #nextDay({ year, month, day, hour, minute }: WallTime, isRound: boolean): number {
    const at = isRound
      ? this.#zone.instant(year, month, day + 1, hour, minute)
      : this.#zone.instant(year, month, day + 1);
    const begins = this.#zone.wallTime(at).hour;
    return at + (begins > 12 ? 24 - begins : -begins) * HOUR_MS;
  }

  /** Of two conditions about days one is enough, unless one of them is `*`. */
  #isDay({ day, weekday }: WallTime): boolean {
    const { days, weekdays } = this.#fields;
    const [byDay, byWeekday] = [days.numbers.has(day), weekdays.numbers.has(weekday)];
    return days.isAll || weekdays.isAll ? byDay && byWeekday : byDay || byWeekday;
  }
}

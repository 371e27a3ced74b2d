/**
 * Schedules of cron: five fields, or `@daily`, `@every 1h30m` and the like.
 * @see robfig/cron v3 parser.go, spec.go
 */
import { TimeFormatError } from "../time-format.ts";
import { parseDuration } from "../time-format-duration.ts";

/** What one field of a schedule may hold. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

/** Minutes, hours, days of the month, months, days of the week. */
export const CRON_FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  {
    min: 1,
    max: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];
const DESCRIPTORS: readonly string[] = [
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
];
export const EVERY = "@every ";

/** A schedule that cannot be read; the message is upstream's. */
export class ScheduleError extends Error {}

function parseNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const value = Number(text);
  if (value < 0) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function parseNumberOrName(text: string, { min, names }: Bounds): number {
  const named = names.indexOf(text.toLowerCase());
  return named === -1 ? parseNumber(text) : named + min;
}

/** Every `step`th number from `start` to `end`. */
export interface CronRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** `*` or `?`, without a step. */
  readonly isAll: boolean;
}

/** `number`, `*`, `number-number`, each with `/step`. @throws ScheduleError */
export function parseRange(expression: string, bounds: Bounds): CronRange {
  const [range = "", stepText, ...moreSteps] = expression.split("/");
  const [low = "", high, ...more] = range.split("-");
  const isAll = low === "*" || low === "?";
  const start = isAll ? bounds.min : parseNumberOrName(low, bounds);
  let end = isAll ? bounds.max : start;
  if (!isAll && high !== undefined) {
    if (more.length > 0) throw new ScheduleError(`too many hyphens: ${expression}`);
    end = parseNumberOrName(high, bounds);
  }
  if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${expression}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (stepText !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min) {
    const text = `beginning of range (${start}) below minimum (${bounds.min}): ${expression}`;
    throw new ScheduleError(text);
  }
  if (end > bounds.max) {
    throw new ScheduleError(`end of range (${end}) above maximum (${bounds.max}): ${expression}`);
  }
  if (start > end) {
    const text = `beginning of range (${start}) beyond end of range (${end}): ${expression}`;
    throw new ScheduleError(text);
  }
  if (step === 0) {
    throw new ScheduleError(`step of range should be a positive number: ${expression}`);
  }
  return { start, end, step, isAll: isAll && step === 1 };
}

function checkDescriptor(descriptor: string): void {
  if (DESCRIPTORS.includes(descriptor)) return;
  if (!descriptor.startsWith(EVERY)) {
    throw new ScheduleError(`unrecognized descriptor: ${descriptor}`);
  }
  try {
    parseDuration(descriptor.slice(EVERY.length));
  } catch (error) {
    if (!(error instanceof TimeFormatError)) throw error;
    throw new ScheduleError(`failed to parse duration ${descriptor}: ${error.message}`);
  }
}

/** Whether there is such a time zone in the IANA database. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A schedule and the time zone of the `TZ=` or `CRON_TZ=` it may begin with. @throws ScheduleError */
export function splitTimeZone(schedule: string): { readonly zone: string; readonly spec: string } {
  const match = /^(?:CRON_)?TZ=(\S*)(.*)$/s.exec(schedule);
  if (match === null) return { zone: "", spec: schedule };
  const [, name = "", rest = ""] = match;
  if (rest === "")
    throw new ScheduleError(
      "invalid schedule format: runtime error: slice bounds out of range [:-1]",
    );
  if (name !== "" && name !== "Local" && !isTimeZone(name)) {
    throw new ScheduleError(`provided bad location ${name}: unknown time zone ${name}`);
  }
  return { zone: name, spec: rest.trim() };
}

function check(schedule: string): void {
  const { spec } = splitTimeZone(schedule);
  if (spec.startsWith("@")) {
    checkDescriptor(spec);
    return;
  }
  const fields = spec.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== CRON_FIELDS.length) {
    throw new ScheduleError(
      `expected exactly ${CRON_FIELDS.length} fields, found ${fields.length}: [${fields.join(" ")}]`,
    );
  }
  for (const [index, bounds] of CRON_FIELDS.entries()) {
    for (const range of (fields[index] ?? "").split(","))
      if (range !== "") parseRange(range, bounds);
  }
}

/** Why a schedule cannot be read; undefined when it can. */
export function scheduleComplaint(schedule: string): string | undefined {
  try {
    check(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

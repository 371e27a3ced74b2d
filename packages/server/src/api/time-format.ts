/**
 * Times as the API writes them: RFC 3339 in UTC, whole seconds for `Time`, six decimals for
 * `MicroTime`. Texts of errors are those of Go's `time.Parse`.
 * @see apimachinery pkg/apis/meta/v1/time.go, micro_time.go · Go time/format.go
 */

/** A point in time: seconds since 1970 (may be negative) and nanoseconds, 0 … 999 999 999. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

/** How a field's times are written. */
export type TimeLayout = "seconds" | "micros";

/** Thrown for a text that is no time; `message` is complete. */
export class TimeFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TimeFormatError";
  }
}

const LAYOUTS: Readonly<Record<TimeLayout, string>> = {
  seconds: "2006-01-02T15:04:05Z07:00",
  micros: "2006-01-02T15:04:05.000000Z07:00",
};
/** Go's zero time, 0001-01-01T00:00:00Z, which is written as null. */
const ZERO_SECONDS = -62_135_596_800;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The text as the API prints it, or undefined for Go's zero time, which counts as absent.
 * @throws TimeFormatError when it is no time of that layout.
 */
export function normalizeTime(text: string, layout: TimeLayout): string | undefined {
  if (layout === "seconds" && isPlainUtc(text)) return text === ZERO_TEXT ? undefined : text;
  return formatInstant(parseTime(text, layout), layout);
}

const ZERO_TEXT = "0001-01-01T00:00:00Z";

/** Prints an instant; undefined for Go's zero time. */
export function formatInstant(instant: Instant, layout: TimeLayout): string | undefined {
  if (instant.seconds === ZERO_SECONDS && instant.nanos === 0) return undefined;
  const { year, month, day, rest } = civilOf(instant.seconds);
  const date = `${padYear(year)}-${pad(month)}-${pad(day)}`;
  const time = `${pad(Math.floor(rest / 3600))}:${pad(Math.floor(rest / 60) % 60)}:${pad(rest % 60)}`;
  const micros = Math.floor(instant.nanos / 1000);
  const fraction = layout === "micros" ? `.${String(micros).padStart(6, "0")}` : "";
  return `${date}T${time}${fraction}Z`;
}

/**
 * Parses as `time.Parse(RFC3339)` does: a fraction may follow the seconds of the `seconds` layout,
 * and must have six digits at least in the `micros` layout.
 * @throws TimeFormatError
 */
export function parseTime(text: string, layout: TimeLayout): Instant {
  return new TimeParser(text, layout).parse();
}

/** `2026-01-02T03:04:05Z` with every part in its range: needs no conversion. */
function isPlainUtc(text: string): boolean {
  if (text.length !== 20) return false;
  for (let at = 0; at < 20; at++) {
    const code = text.charCodeAt(at);
    const wanted = PLAIN_UTC.charCodeAt(at);
    if (wanted === 0x30 ? code < 0x30 || code > 0x39 : code !== wanted) return false;
  }
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= 28;
  return (
    inRange && twoDigits(text, 11) < 24 && twoDigits(text, 14) < 60 && twoDigits(text, 17) < 60
  );
}

const PLAIN_UTC = "0000-00-00T00:00:00Z";

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function padYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, extended backwards. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `daysOf`, with the seconds of the day that remain. */
function civilOf(seconds: number): { year: number; month: number; day: number; rest: number } {
  const days = Math.floor(seconds / 86_400);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day, rest: seconds - days * 86_400 };
}

/** Walks the layout's elements over the text, as Go does, to fail with Go's words. */
class TimeParser {
  readonly #text: string;
  readonly #layout: TimeLayout;
  #rest: string;

  constructor(text: string, layout: TimeLayout) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  parse(): Instant {
    const year = this.#year();
    this.#skip("-");
    const month = this.#number("01", true, "month", 1, 12);
    this.#skip("-");
    const day = this.#number("02", true, "", 0, 99);
    this.#skip("T");
    const hour = this.#number("15", false, "hour", 0, 23);
    this.#skip(":");
    const minute = this.#number("04", true, "minute", 0, 59);
    this.#skip(":");
    const second = this.#number("05", true, "second", 0, 59);
    const nanos = this.#fraction();
    const offset = this.#zone();
    if (this.#rest !== "") this.#failWith(`: extra text: ${quote(this.#rest)}`);
    const days = month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
    if (day < 1 || day > days) this.#failWith(": day out of range");
    const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    return { seconds, nanos };
  }

  #year(): number {
    if (!/^\d{4}/.test(this.#rest)) {
      // Go wants one digit first and then fails on the four of them: the same text either way.
      this.#fail(this.#rest, "2006");
    }
    return Number(this.#take(4));
  }

  #number(element: string, fixed: boolean, name: string, low: number, high: number): number {
    const held = this.#rest;
    const match = (fixed ? /^\d\d/ : /^\d\d?/).exec(held);
    if (match === null) return this.#fail(held, element);
    const value = Number(this.#take(match[0].length));
    if (value < low || value > high) this.#failWith(`: ${name} out of range`);
    return value;
  }

  #fraction(): number {
    const match = /^[.,](\d+)/.exec(this.#rest);
    if (this.#layout === "seconds") {
      if (match === null) return 0;
      this.#take(match[0].length);
      return nanosOf(match[1] ?? "");
    }
    const held = this.#rest;
    const micros = /^[.,]\d{6}/.exec(held);
    if (micros === null) return this.#fail(held, ".000000");
    this.#take(7);
    return nanosOf(held.slice(1, 7));
  }

  #zone(): number {
    const held = this.#rest;
    if (held.startsWith("Z")) {
      this.#take(1);
      return 0;
    }
    const match = /^([+-])(\d\d):(\d\d)/.exec(held);
    if (match === null) return this.#fail(held, "Z07:00");
    this.#take(6);
    const hours = Number(match[2]);
    const minutes = Number(match[3]);
    if (hours > 24) this.#failWith(": time zone offset hour out of range");
    if (minutes > 60) this.#failWith(": time zone offset minute out of range");
    return (match[1] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
  }

  #skip(separator: string): void {
    if (!this.#rest.startsWith(separator)) this.#fail(this.#rest, separator);
    this.#take(1);
  }

  #take(count: number): string {
    const taken = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return taken;
  }

  #fail(value: string, element: string): never {
    throw new TimeFormatError(
      `parsing time ${quote(this.#text)} as ${quote(LAYOUTS[this.#layout])}: cannot parse ${quote(value)} as ${quote(element)}`,
    );
  }

  #failWith(message: string): never {
    throw new TimeFormatError(`parsing time ${quote(this.#text)}${message}`);
  }
}

function nanosOf(digits: string): number {
  return Number(digits.slice(0, 9).padEnd(9, "0"));
}

/** Go's `time.quote`: what is not printable ASCII becomes the escapes of its UTF-8 bytes. */
export function quote(text: string): string {
  let quoted = '"';
  for (const byte of new TextEncoder().encode(text)) {
    if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`;
    else if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, "0")}`;
    else quoted += String.fromCharCode(byte);
  }
  return `${quoted}"`;
}

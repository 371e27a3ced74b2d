/** What a clock on a wall shows. Months and days of the week count from 1 and, for Sunday, 0. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/**
 * Converts between instants and the clocks of one time zone, as Go's `time` does: a time that is
 * skipped or that comes twice is taken by one of the two offsets around it.
 */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @param name - Of the IANA database; empty for UTC. @throws RangeError when there is none such */
  constructor(name: string) {
    const isUtc = name === "" || name === "UTC" || name === "Local";
    this.#format = isUtc
      ? undefined
      : new Intl.DateTimeFormat("en", {
          timeZone: name,
          calendar: "iso8601",
          hourCycle: "h23",
          year: "numeric",
          month: "numeric",
          day: "numeric",
          hour: "numeric",
          minute: "numeric",
          second: "numeric",
        });
  }

  wallTime(at: number): WallTime {
    const local = new Date(at + this.offsetMs(at));
    return {
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      weekday: local.getUTCDay(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
    };
  }

  /** Numbers beyond their range carry over, as in `new Date`. */
  instant(year: number, month: number, day: number, hour = 0, minute = 0): number {
    const local = Date.UTC(year, month - 1, day, hour, minute);
    const guess = local - this.offsetMs(local);
    return local - this.offsetMs(guess);
  }

  /** How much later the clock shows than UTC. */
  offsetMs(at: number): number {
    if (this.#format === undefined) return 0;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const local = Date.UTC(year, month - 1, day, hour, minute, second);
    return local - Math.floor(at / 1000) * 1000;
  }
}

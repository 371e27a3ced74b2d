/**
 * Durations and ages for people: two or three significant parts, `90s`, `5m30s`, `2d4h`, `3y12d`.
 * @see apimachinery pkg/util/duration/duration.go (HumanDuration)
 */

const SECOND_MS = 1_000;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;
const DAYS_PER_YEAR = 365;
const HOURS_PER_YEAR = HOURS_PER_DAY * DAYS_PER_YEAR;

function twoParts(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit}${minor}${minorUnit}`;
}

function hoursText(hours: number, minutes: number): string {
  if (hours < 8) return twoParts(hours, "h", minutes % MINUTES_PER_HOUR, "m");
  if (hours < 2 * HOURS_PER_DAY) return `${hours}h`;
  const days = Math.trunc(hours / HOURS_PER_DAY);
  if (hours < 8 * HOURS_PER_DAY) return twoParts(days, "d", hours % HOURS_PER_DAY, "h");
  if (hours < 2 * HOURS_PER_YEAR) return `${days}d`;
  const years = Math.trunc(days / DAYS_PER_YEAR);
  if (hours < 8 * HOURS_PER_YEAR) return twoParts(years, "y", days % DAYS_PER_YEAR, "d");
  return `${years}y`;
}

/**
 * @param milliseconds - up to two seconds below zero count as now, since clocks differ;
 *   anything earlier is `<invalid>`
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND_MS);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return twoParts(minutes, "m", seconds % 60, "s");
  if (minutes < 3 * MINUTES_PER_HOUR) return `${minutes}m`;
  return hoursText(Math.trunc(minutes / MINUTES_PER_HOUR), minutes);
}

/** The time from `timestamp` (RFC 3339) to `now` (milliseconds since 1970); `<unknown>` without one. */
export function ageOf(timestamp: string | null | undefined, now: number): string {
  if (timestamp === undefined || timestamp === null) return "<unknown>";
  return humanDuration(now - Date.parse(timestamp));
}

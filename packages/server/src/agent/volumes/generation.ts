import { formatTime } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";

/**
 * Names of the directories in which an atomic writer keeps one state of a volume each:
 * `..2026_01_31_12_00_00.123456789`, the UTC time at which it was begun and a number. The number of a
 * directory that follows within the same second is higher, so names sort in the order of writing.
 */
const NAME = /^\.\.(\d{4})_(\d{2})_(\d{2})_(\d{2})_(\d{2})_(\d{2})\.(\d+)$/;
const DIGITS = 9;
/** First numbers are drawn from the lower half, so that those that follow have room. */
const FIRST_NUMBERS = 5e8;
/** Steps between two numbers of one second are drawn up to this. */
const LARGEST_STEP = 1000;

export function isGenerationName(name: string): boolean {
  return NAME.test(name);
}

/** When the generation was begun, in whole seconds; undefined for a name that is none. */
export function generationTime(name: string): number | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/**
 * A name for the generation after `current`.
 * @param now - Milliseconds since 1970.
 */
export function nextGenerationName(
  current: string | undefined,
  now: number,
  random: Pick<Random, "fraction">,
): string {
  const second = `..${formatSecond(now)}.`;
  if (current?.startsWith(second)) {
    const number = Number(current.slice(second.length));
    return `${second}${print(number + 1 + Math.floor(random.fraction() * LARGEST_STEP))}`;
  }
  return `${second}${print(Math.floor(random.fraction() * FIRST_NUMBERS))}`;
}

/** `2026_01_31_12_00_00` */
function formatSecond(at: number): string {
  return formatTime(at).slice(0, -1).replace(/[-:T]/g, "_");
}

function print(number: number): string {
  return String(number).padStart(DIGITS, "0");
}

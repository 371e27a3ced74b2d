import type { Probe } from "../../../api/types.ts";
import type { ProbeOutcome } from "./probe-results.ts";

/** How often in a row a probe has come to the same. */
export interface ProbeStreak {
  readonly result: ProbeOutcome | undefined;
  readonly length: number;
}

export const NO_STREAK: ProbeStreak = { result: undefined, length: 0 };

/** The streak with one more result. */
export function continueStreak(streak: ProbeStreak, result: ProbeOutcome): ProbeStreak {
  return { result, length: streak.result === result ? streak.length + 1 : 1 };
}

/** Whether a streak is long enough for its result to count. */
export function reachesThreshold({ result, length }: ProbeStreak, probe: Probe): boolean {
  const threshold =
    result === "success" ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  return length >= threshold;
}

import type { Outcome } from "./outcome.ts";
import { AREAS } from "./recordings.ts";

/** `ok   identity/accounts: 41 equal`, or with what differs. */
export function outcomeLine({ recording, equal, differ }: Outcome): string {
  const good = differ.length === 0;
  const rest = good ? "" : `, ${differ.length} differ`;
  return `${good ? "ok  " : "BAD "} ${recording.area}/${recording.name}: ${equal.length} equal${rest}`;
}

/** One line for each area that ran: `writes: 812 of 1003 equal, 12 of 38 recordings wholly`. */
export function totalLines(outcomes: readonly Outcome[]): readonly string[] {
  return AREAS.flatMap((area) => {
    const own = outcomes.filter(({ recording }) => recording.area === area);
    if (own.length === 0) return [];
    const equal = own.reduce((sum, each) => sum + each.equal.length, 0);
    const all = equal + own.reduce((sum, each) => sum + each.differ.length, 0);
    const whole = own.filter(({ differ }) => differ.length === 0).length;
    return [`${area}: ${equal} of ${all} equal, ${whole} of ${own.length} recordings wholly`];
  });
}

/** The parts of a tool's output that belong to these checks: each begins with `FAIL … [STEP]`. */
export function logOf({ recording, log }: Outcome, checks: readonly string[]): string {
  const steps = new Set(checks.map((check) => check.split("/").at(-1)));
  const parts = log.split(/^(?=FAIL |ok {3}|BAD |note )/m).filter((part) => {
    const match = /^FAIL (?:.*? \[(\d+)\] )?(.*)/.exec(part);
    if (match === null) return false;
    return recording.area === "documents"
      ? checks.includes(match[2] ?? "")
      : match[1] === undefined || steps.has(match[1]);
  });
  return parts.join("");
}

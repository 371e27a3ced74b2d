import { isCi, MissingProgram } from "./required.ts";

/**
 * What the suite found out: one line for each check, in the order in which they ended, and the sum.
 * `ok …`, `FAIL …` followed by an indented reason, `skip …` with the reason in brackets.
 */
export interface Report {
  passed(name: string): void;
  failed(name: string, reason: unknown): void;
  skipped(name: string, reason: string): void;
  readonly failures: number;
  /** `N passed, N failed`, and how many were skipped when any were. */
  summary(): string;
}

export function createReport(write: (text: string) => void): Report {
  let passes = 0;
  let failures = 0;
  let skips = 0;
  return {
    passed(name) {
      passes += 1;
      write(`ok    ${name}\n`);
    },
    failed(name, reason) {
      failures += 1;
      write(`FAIL  ${name}\n${indent(describe(reason))}\n`);
    },
    skipped(name, reason) {
      skips += 1;
      write(`skip  ${name} (${reason})\n`);
    },
    get failures() {
      return failures;
    },
    summary: () =>
      `${skips === 0 ? "" : `${skips} skipped\n`}${passes} passed, ${failures} failed\n`,
  };
}

/** Runs one check and tells the report; true when it passed. */
export async function check(
  report: Report,
  name: string,
  body: () => Promise<void> | void,
): Promise<boolean> {
  try {
    await body();
    report.passed(name);
    return true;
  } catch (error) {
    if (error instanceof MissingProgram && !isCi()) report.skipped(name, error.message);
    else report.failed(name, error);
    return false;
  }
}

function describe(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return String(reason);
}

function indent(text: string): string {
  return text.replace(/^/gm, "      ");
}

import { join } from "node:path";
import type { Outcome, RunOptions } from "./outcome.ts";
import type { Recording } from "./recordings.ts";
import { runProgram } from "./run-program.ts";

/**
 * Compares one section of whole documents. The tool names only what differs, so equal ones are
 * counted: `equal` holds numbers that mean nothing but how many there are.
 */
export async function compareDocuments(
  recording: Recording,
  options: RunOptions,
): Promise<Outcome> {
  const { output } = await runProgram(
    "python3",
    [
      join(options.folder, "documents.py"),
      ...["--kubeconfig", options.kubeconfig, "--verbose", recording.name],
    ],
    { TMPDIR: options.scratch, PYTHONDONTWRITEBYTECODE: "1" },
  );
  const { equal, differ } = parseDocumentReport(output);
  return { recording, equal: Array.from({ length: equal }, (_, n) => `${n}`), differ, log: output };
}

/** @throws Error with the report, when it has no last line `N passed, N failed` */
export function parseDocumentReport(report: string): {
  readonly equal: number;
  readonly differ: readonly string[];
} {
  const last = /^(\d+) passed, \d+ failed\s*$/m.exec(report);
  if (last === null) throw new Error(`documents.py did not finish:\n${report}`);
  const differ = [...report.matchAll(/^FAIL (.+)$/gm)].map((match) => match[1] ?? "");
  return { equal: Number(last[1]), differ };
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, RunOptions } from "./outcome.ts";
import type { Recording } from "./recordings.ts";
import { runProgram } from "./run-program.ts";
import { type Scenario, withoutProse, withShortWaits } from "./scenario.ts";

/** Replays recorded exchanges; every step but a pause is a check. */
export async function replayScenario(recording: Recording, options: RunOptions): Promise<Outcome> {
  const recorded = withoutProse(JSON.parse(readFileSync(recording.path, "utf8")) as Scenario);
  const { expected } = options;
  const scenario =
    expected === undefined
      ? recorded
      : withShortWaits(recorded, new Set([...expected].map((step) => Number(step))));
  const copy = join(options.scratch, `${recording.area}-${recording.name}.json`);
  const result = `${copy}.result`;
  writeFileSync(copy, JSON.stringify(scenario));
  const { output } = await runProgram(
    "python3",
    [
      join(options.folder, "replay.py"),
      ...["--kubeconfig", options.kubeconfig, "--json", result, "--verbose"],
      ...(options.maxWaitSeconds === undefined ? [] : ["--max-wait", `${options.maxWaitSeconds}`]),
      copy,
    ],
    { TMPDIR: options.scratch },
  );
  const differ = new Set(readDiffering(result, output));
  const checks = scenario.steps.flatMap((step, index) => ("sleep" in step ? [] : [index]));
  return {
    recording,
    equal: checks.filter((step) => !differ.has(step)).map(String),
    differ: checks.filter((step) => differ.has(step)).map(String),
    log: output,
  };
}

/** @throws Error with what the tool printed, when it left no result */
function readDiffering(result: string, output: string): readonly number[] {
  let text: string;
  try {
    text = readFileSync(result, "utf8");
  } catch {
    throw new Error(`replay.py left no result:\n${output}`);
  }
  const files = JSON.parse(text) as Readonly<Record<string, { differ: readonly number[] }>>;
  return Object.values(files).flatMap(({ differ }) => differ);
}

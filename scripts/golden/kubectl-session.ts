import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, RunOptions } from "./outcome.ts";
import type { Recording } from "./recordings.ts";
import { runProgram } from "./run-program.ts";

interface Session {
  /** `expect` is by versions, several in a key: `{"1.27 1.28": …, "1.33": …}`. */
  readonly steps: readonly { readonly expect?: Readonly<Record<string, unknown>> }[];
}

/** Runs a recorded session with every kubectl asked for; each step is a check for each of them. */
export async function runKubectlSession(
  recording: Recording,
  options: RunOptions,
): Promise<Outcome> {
  const result = join(options.scratch, `kubectl-${recording.name}.result`);
  const { output } = await runProgram(
    "python3",
    [
      join(options.folder, "kubectl.py"),
      ...["check", "--kubeconfig", options.kubeconfig, "--json", result, "--verbose"],
      ...(options.versions === undefined ? [] : ["--versions", options.versions.join(",")]),
      ...options.kubectls.flatMap((each) => ["--kubectl", each]),
      ...(options.maxWaitSeconds === undefined ? [] : ["--max-wait", `${options.maxWaitSeconds}`]),
      recording.path,
    ],
    { TMPDIR: options.scratch },
  );
  const session = JSON.parse(readFileSync(recording.path, "utf8")) as Session;
  const equal: string[] = [];
  const differ: string[] = [];
  for (const [version, steps] of Object.entries(readResult(result, output))) {
    for (const [index, { expect = {} }] of session.steps.entries()) {
      if (!Object.keys(expect).some((versions) => versions.split(" ").includes(version))) continue;
      (steps.includes(index) ? differ : equal).push(`${version}/${index}`);
    }
  }
  return { recording, equal, differ, log: output };
}

/** @throws Error with what the tool printed, when it left no result */
function readResult(result: string, output: string): Readonly<Record<string, readonly number[]>> {
  let text: string;
  try {
    text = readFileSync(result, "utf8");
  } catch {
    throw new Error(`kubectl.py left no result:\n${output}`);
  }
  type Files = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  return Object.values(JSON.parse(text) as Files)[0] ?? {};
}

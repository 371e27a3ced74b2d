/** `npm run golden`: compares this server with recordings of a real one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GoldenArguments, parseGoldenArguments, USAGE } from "./arguments.ts";
import { CI_VERSIONS, installedVersions } from "./kubectl-versions.ts";
import type { Outcome } from "./outcome.ts";
import {
  expectedChecks,
  inEveryRun,
  PASSING_FILE,
  type Passing,
  readPassing,
  regressions,
  withOutcomes,
  writePassing,
} from "./passing.ts";
import { hasRecordings, type Recording, recordingsOf } from "./recordings.ts";
import { logOf, outcomeLine, totalLines } from "./report.ts";
import { runRecordings } from "./run-recordings.ts";

const UPDATE_RUNS = 3;
/** Bound on waits while it is not known what will be equal. */
const UPDATE_MAX_WAIT_SECONDS = 8;

/** One use of the command: what it was told, and where it may write. */
interface Golden {
  readonly args: GoldenArguments;
  readonly versions: readonly string[];
  readonly recordings: readonly Recording[];
  readonly scratch: string;
}

/** @returns the exit code */
async function golden(args: GoldenArguments): Promise<number> {
  if (!hasRecordings(args.folder)) {
    console.error(`golden: no recordings in ${args.folder}; --recordings DIR names another place`);
    return 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), "countersign-golden-"));
  try {
    const versions = kubectlVersions(args);
    const recordings = selectRecordings(args, versions);
    const run: Golden = { args, versions, recordings, scratch };
    switch (args.mode) {
      case "ci":
        return await check(run);
      case "update":
        return await update(run);
      case "report":
        return await report(run);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function kubectlVersions(args: GoldenArguments): readonly string[] {
  const wanted = args.versions ?? (args.mode === "report" ? undefined : CI_VERSIONS);
  const installed = installedVersions(args.kubectls);
  return wanted === undefined ? installed : installed.filter((each) => wanted.includes(each));
}

function selectRecordings(
  { areas, names, folder }: GoldenArguments,
  versions: readonly string[],
): readonly Recording[] {
  const all = areas.flatMap((area) => recordingsOf(folder, area));
  const unknown = names.filter((name) => !all.some((each) => isNamed(each, name)));
  if (unknown.length > 0) throw new Error(`no recording ${unknown.join(", ")}`);
  const selected =
    names.length === 0 ? all : all.filter((each) => names.some((name) => isNamed(each, name)));
  if (versions.length > 0 || !areas.includes("kubectl")) return selected;
  console.log("golden: no kubectl.1.NN is installed; kubectl sessions are left out");
  return selected.filter(({ area }) => area !== "kubectl");
}

function isNamed({ area, name }: Recording, text: string): boolean {
  return text === area || text === `${area}/${name}`;
}

/** Everything once, a line for each recording. */
async function report(run: Golden): Promise<number> {
  const outcomes = await runOnce(run, run.recordings, undefined, (outcome) => {
    console.log(outcomeLine(outcome));
    if (run.args.verbose) process.stdout.write(logOf(outcome, outcome.differ));
  });
  for (const line of totalLines(outcomes)) console.log(line);
  return outcomes.some(({ differ }) => differ.length > 0) ? 1 : 0;
}

/** What the committed file holds, and nothing else. */
async function check(run: Golden): Promise<number> {
  const passing = readPassing(PASSING_FILE);
  const known = run.recordings.filter(
    (each) => expectedChecks(passing, each, run.versions) !== undefined,
  );
  let failed = 0;
  let passed = 0;
  await runOnce(run, known, passing, (outcome) => {
    const worse = regressions(passing, outcome, run.versions);
    failed += worse.length;
    passed += expectedChecks(passing, outcome.recording, run.versions)?.size ?? 0;
    passed -= worse.length;
    if (worse.length === 0) return;
    console.log(`FAILED ${outcome.recording.area}/${outcome.recording.name}: ${worse.join(", ")}`);
    process.stdout.write(logOf(outcome, worse));
  });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Writes what was equal in every run. */
async function update(run: Golden): Promise<number> {
  let outcomes: readonly Outcome[] = await runOnce(run, run.recordings, undefined, (outcome) =>
    console.log(outcomeLine(outcome)),
  );
  for (let number = 2; number <= UPDATE_RUNS; number++) {
    const passing = withOutcomes({}, outcomes);
    const left = outcomes.filter(({ equal }) => equal.length > 0);
    const again = await runOnce(
      run,
      left.map(({ recording }) => recording),
      passing,
      (outcome) => {
        const unsteady = regressions(passing, outcome, run.versions);
        const { area, name } = outcome.recording;
        if (unsteady.length > 0)
          console.log(`run ${number}: ${area}/${name}: ${unsteady.join(", ")}`);
      },
    );
    outcomes = outcomes.map((before) => {
      const after = again.find(({ recording }) => recording === before.recording);
      return after === undefined ? before : inEveryRun([before, after]);
    });
  }
  writePassing(PASSING_FILE, withOutcomes(readPassing(PASSING_FILE), outcomes));
  for (const line of totalLines(outcomes)) console.log(line);
  return 0;
}

/** @param passing - what is expected to be equal, so that the rest need not wait */
function runOnce(
  { args, versions, scratch }: Golden,
  recordings: readonly Recording[],
  passing: Passing | undefined,
  onOutcome: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const unbounded = args.mode === "update" && passing === undefined;
  return runRecordings({
    recordings,
    jobs: args.jobs,
    scratch: mkdtempSync(join(scratch, "run-")),
    options: {
      folder: args.folder,
      maxWaitSeconds: args.maxWaitSeconds ?? (unbounded ? UPDATE_MAX_WAIT_SECONDS : undefined),
      versions,
      kubectls: args.kubectls,
    },
    expected: (each) =>
      passing === undefined ? undefined : expectedChecks(passing, each, versions),
    onOutcome,
  });
}

try {
  const args = process.argv.slice(2);
  if (args.includes("--help")) process.stdout.write(USAGE);
  else process.exitCode = await golden(parseGoldenArguments(args));
} catch (error) {
  console.error(`golden: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compareDocuments } from "./compare-documents.ts";
import { runKubectlSession } from "./kubectl-session.ts";
import type { Outcome, RunOptions } from "./outcome.ts";
import type { Recording } from "./recordings.ts";
import { replayScenario } from "./replay-scenario.ts";
import { compareRoundTrip } from "./round-trip.ts";
import { RECORDED_CONTROLLERS, type ServerProcess, startServerProcess } from "./server-process.ts";

export interface Run {
  readonly recordings: readonly Recording[];
  /** How many recordings at once; each has a server of its own, so that none sees another's objects. */
  readonly jobs: number;
  readonly scratch: string;
  readonly options: Omit<RunOptions, "kubeconfig" | "scratch" | "expected">;
  /** Checks of a recording that are expected to be equal; undefined when nothing is known. */
  expected(recording: Recording): ReadonlySet<string> | undefined;
  /** Called as soon as a recording is done. */
  onOutcome(outcome: Outcome): void;
}

/** Runs recordings against servers that it starts and stops; outcomes are in the given order. */
export async function runRecordings(run: Run): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (number: number): Promise<void> => {
    await using servers = new Servers(join(run.scratch, `worker-${number}`));
    for (let index = next++; index < run.recordings.length; index = next++) {
      const recording = run.recordings[index];
      if (recording === undefined) return;
      const outcome = await runOne(run, recording, servers);
      outcomes[index] = outcome;
      run.onOutcome(outcome);
    }
  };
  await Promise.all(Array.from({ length: run.jobs }, (_, number) => work(number)));
  return outcomes;
}

async function runOne(run: Run, recording: Recording, servers: Servers): Promise<Outcome> {
  if (recording.area === "roundtrip") return compareRoundTrip(recording);
  const { kubeconfig } = await servers.for(recording);
  const options: RunOptions = {
    ...run.options,
    kubeconfig,
    scratch: servers.folder,
    expected: run.expected(recording),
  };
  switch (recording.area) {
    case "kubectl":
      return runKubectlSession(recording, options);
    case "documents":
      return compareDocuments(recording, options);
    default:
      return replayScenario(recording, options);
  }
}

/** The servers of one worker, started when first needed. */
class Servers implements AsyncDisposable {
  readonly folder: string;
  readonly #running = new Map<string, ServerProcess>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** kubectl was recorded beside few controllers, everything else beside all of them. */
  async for({ area }: Recording): Promise<ServerProcess> {
    const kind = area === "kubectl" ? "kubectl" : area === "documents" ? "fresh" : "all";
    const found = this.#running.get(kind);
    if (found !== undefined) return found;
    const folder = join(this.folder, kind);
    mkdirSync(folder);
    const controllers = kind === "kubectl" ? RECORDED_CONTROLLERS : ["*", "-scheduler"];
    const server = await startServerProcess(folder, controllers);
    this.#running.set(kind, server);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((each) => each[Symbol.asyncDispose]()));
  }
}

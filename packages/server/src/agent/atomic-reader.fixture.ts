import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

/** What a reader in a loop found in a volume whose files all hold one and the same text at a time. */
export interface ReaderReport {
  /** How often it read the whole set, and how often what it read was another set than before. */
  readonly rounds: number;
  readonly changes: number;
  /** Reads that found nothing. */
  readonly missing: number;
  /** Files that were not whole. */
  readonly torn: number;
  /** Sets, read through one resolved `..data`, whose files did not belong together. */
  readonly mixed: number;
}

interface ReaderData {
  readonly target: string;
  readonly names: readonly string[];
  /** Rounds so far; and, set from outside, whether to stop. */
  readonly state: Int32Array;
}

const { target, names, state } = workerData as ReaderData;
const report = { rounds: 0, changes: 0, missing: 0, torn: 0, mixed: 0 };
let before = "";

/** Files read `generation|padding|generation`. */
function generationOf(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    report.missing++;
    return undefined;
  }
  const [first, , last] = text.split("|");
  if (first === undefined || first !== last) report.torn++;
  return first;
}

parentPort?.postMessage("reading");
while (Atomics.load(state, 1) === 0) {
  const data = join(target, readlinkSync(join(target, "..data")));
  const set = new Set(names.map((name) => generationOf(join(data, name))));
  if (set.size !== 1) report.mixed++;
  // As programs do that know nothing of `..data`.
  for (const name of names) generationOf(join(target, name));
  const [now = ""] = set;
  if (now !== before) report.changes++;
  before = now;
  report.rounds++;
  Atomics.store(state, 0, report.rounds);
}
parentPort?.postMessage(report satisfies ReaderReport);

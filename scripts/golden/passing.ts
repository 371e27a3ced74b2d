/** What is known to be equal, kept in the repository so that it stays so. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./outcome.ts";
import type { Area, Recording } from "./recordings.ts";
import { formatSteps, parseSteps } from "./step-ranges.ts";

/**
 * ```json
 * { "identity": { "accounts": "0-40 42" },
 *   "kubectl": { "lesson": { "1.27 1.28": "0-50", "1.33": "0-51" } },
 *   "documents": { "rbac": { "equal": 133, "differ": [] } },
 *   "roundtrip": { "core.v1.Pod": "equal" } }
 * ```
 */
export type Passing = Readonly<Partial<Record<Area, Readonly<Record<string, PassingEntry>>>>>;
export type PassingEntry = string | Readonly<Record<string, string>> | PassingDocuments;
interface PassingDocuments {
  readonly equal: number;
  readonly differ: readonly string[];
}

/** Where `--update` writes and `--ci` reads. */
export const PASSING_FILE: string = fileURLToPath(
  new URL("../../conformance/golden-passing.json", import.meta.url),
);

/** Nothing passes where there is no file yet. */
export function readPassing(file: string): Passing {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Passing) : {};
}

export function writePassing(file: string, passing: Passing): void {
  writeFileSync(file, `${JSON.stringify(passing, undefined, 2)}\n`);
}

/** `known` with the entries of these outcomes put in their place; recordings keep their order. */
export function withOutcomes(known: Passing, outcomes: readonly Outcome[]): Passing {
  const areas: Partial<Record<Area, Record<string, PassingEntry>>> = {};
  for (const [area, entries] of Object.entries(known)) areas[area as Area] = { ...entries };
  for (const outcome of outcomes) {
    const { area, name } = outcome.recording;
    const { [name]: _, ...others } = areas[area] ?? {};
    const entry = entryOf(outcome);
    areas[area] = entry === undefined ? others : { ...others, [name]: entry };
  }
  return Object.fromEntries(
    Object.entries(areas).map(([area, entries]) => [area, sortedByKey(entries)]),
  );
}

function entryOf({ recording, equal, differ }: Outcome): PassingEntry | undefined {
  if (equal.length === 0) return undefined;
  switch (recording.area) {
    case "documents":
      return { equal: equal.length, differ: [...differ].sort() };
    case "kubectl":
      return byVersions(equal);
    case "roundtrip":
      return "equal";
    default:
      return formatSteps(equal.map(Number));
  }
}

/** `["1.27/0", "1.27/1", "1.28/0", "1.28/1"]` → `{"1.27 1.28": "0-1"}`. */
function byVersions(checks: readonly string[]): Readonly<Record<string, string>> {
  const steps = new Map<string, number[]>();
  for (const check of checks) {
    const [version = "", step = ""] = check.split("/");
    steps.set(version, [...(steps.get(version) ?? []), Number(step)]);
  }
  const versions = new Map<string, string[]>();
  for (const [version, numbers] of steps) {
    const text = formatSteps(numbers);
    versions.set(text, [...(versions.get(text) ?? []), version]);
  }
  return Object.fromEntries([...versions].map(([text, names]) => [names.join(" "), text]));
}

function sortedByKey(
  entries: Readonly<Record<string, PassingEntry>>,
): Record<string, PassingEntry> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The checks of a recording that are to be equal; undefined when none is.
 * @param versions - kubectl versions that run; others' checks are left out
 */
export function expectedChecks(
  passing: Passing,
  { area, name }: Recording,
  versions: readonly string[],
): ReadonlySet<string> | undefined {
  const entry = passing[area]?.[name];
  if (entry === undefined) return undefined;
  if (typeof entry === "string") {
    return area === "roundtrip" ? new Set([entry]) : new Set([...parseSteps(entry)].map(String));
  }
  if (isDocuments(entry)) return new Set(Array.from({ length: entry.equal }, (_, n) => `${n}`));
  const checks = Object.entries(entry).flatMap(([names, steps]) =>
    names
      .split(" ")
      .filter((version) => versions.includes(version))
      .flatMap((version) => [...parseSteps(steps)].map((step) => `${version}/${step}`)),
  );
  return checks.length === 0 ? undefined : new Set(checks);
}

/** Checks that were equal when the file was written and are not now. */
export function regressions(
  passing: Passing,
  outcome: Outcome,
  versions: readonly string[],
): readonly string[] {
  const entry = passing[outcome.recording.area]?.[outcome.recording.name];
  if (entry !== undefined && isDocuments(entry)) {
    const worse = outcome.differ.filter((name) => !entry.differ.includes(name));
    const missing = entry.equal - outcome.equal.length;
    return worse.length === 0 && missing > 0 ? [`${missing} fewer are equal`] : worse;
  }
  const equal = new Set(outcome.equal);
  const expected = expectedChecks(passing, outcome.recording, versions) ?? new Set();
  return [...expected].filter((check) => !equal.has(check));
}

function isDocuments(entry: PassingEntry): entry is PassingDocuments {
  return typeof entry === "object" && Array.isArray(entry.differ);
}

/** One outcome out of several runs of the same recording: equal is what was so in each. */
export function inEveryRun(runs: readonly Outcome[]): Outcome {
  const [first, ...others] = runs;
  if (first === undefined) throw new Error("no runs");
  const equal = first.equal.filter((check) => others.every((other) => other.equal.includes(check)));
  const differ =
    first.recording.area === "documents"
      ? runs.flatMap((run) => run.differ)
      : [...first.differ, ...first.equal.filter((check) => !equal.includes(check))];
  return { ...first, equal, differ: [...new Set(differ)] };
}

/**
 * Sets of step numbers as text that reads well in a diff: `[0, 1, 2, 5]` ↔ `"0-2 5"`.
 */
export function formatSteps(steps: Iterable<number>): string {
  const runs: [first: number, last: number][] = [];
  for (const step of [...new Set(steps)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === step - 1) run[1] = step;
    else runs.push([step, step]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(" ");
}

/** @throws Error for text that `formatSteps` does not write */
export function parseSteps(text: string): ReadonlySet<number> {
  const steps = new Set<number>();
  for (const run of text.split(" ").filter((each) => each !== "")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(run);
    if (match === null) throw new Error(`no step numbers: ${JSON.stringify(text)}`);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    for (let step = first; step <= last; step++) steps.add(step);
  }
  return steps;
}

/**
 * The benchmark: every figure beside the floor of the same run, in alternating rounds whose median
 * counts. `npm run bench` runs all of it, `npm run bench -- --smoke` each row once and briefly,
 * `npm run bench -- --only requests,lists` some rows, `--rounds 3 --seconds 2` a shorter run. Prints the table; `--save` writes it to results/.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasProgram } from "./load.ts";
import { measureCreates } from "./rows/creates.ts";
import { measureCriPods } from "./rows/cri-pods.ts";
import { measureFleet } from "./rows/fleet.ts";
import { measureLists } from "./rows/lists.ts";
import { measurePods } from "./rows/pods.ts";
import { measureRequests } from "./rows/requests.ts";
import { measureStart } from "./rows/start.ts";
import { measureTokens } from "./rows/tokens.ts";
import { measureWatch } from "./rows/watch.ts";
import { type BenchContext, formatTable, type Row } from "./table.ts";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
  },
});

const MEASUREMENTS: Readonly<Record<string, (context: BenchContext) => Promise<readonly Row[]>>> = {
  requests: measureRequests,
  tokens: measureTokens,
  lists: measureLists,
  creates: measureCreates,
  watch: measureWatch,
  start: measureStart,
  fleet: measureFleet,
  pods: measurePods,
  "cri-pods": measureCriPods,
};

const scratch = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const context: BenchContext = {
  scratch,
  rounds: values.smoke ? 1 : Number(values.rounds),
  seconds: values.smoke ? 1 : Number(values.seconds),
  listedPods: values.smoke ? 500 : 10_000,
  fleetNamespaces: values.smoke ? 100 : 10_000,
  watchers: values.smoke ? 100 : 1_000,
  manyPods: values.smoke ? 20 : 200,
};
try {
  for (const program of ["wrk", "h2load"]) {
    if (await hasProgram(program)) continue;
    const hint = `${program} is missing (Debian packages wrk, nghttp2-client): rows that need it are left out`;
    if (process.env.CI === "true") throw new Error(hint);
    process.stderr.write(`${hint}\n`);
  }
  const wanted = values.only === "" ? Object.keys(MEASUREMENTS) : values.only.split(",");
  const rows: Row[] = [];
  for (const name of wanted) {
    const measure = MEASUREMENTS[name];
    if (measure === undefined) throw new Error(`no such rows: ${name}`);
    process.stderr.write(`${name} …\n`);
    rows.push(...(await measure(context)));
  }
  const head = `Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}`;
  const table = `${head}\n\n${formatTable(rows)}\n`;
  process.stdout.write(table);
  if (values.save) {
    mkdirSync(new URL("results", import.meta.url), { recursive: true });
    writeFileSync(new URL("results/latest.md", import.meta.url), `# Benchmark\n\n${table}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

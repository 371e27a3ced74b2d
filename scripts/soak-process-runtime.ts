/**
 * Lets many pods live and die in one process runtime and shows that nothing of them is left:
 * `node scripts/soak-process-runtime.ts [pods] [at once]`, 10,000 and 20 if it is not told. Prints a
 * line now and then; the exit code says whether it leaked.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RuntimeWorkbench } from "../packages/server/src/agent/pod-runtime.fixture.ts";
import { createProcessRuntime } from "../packages/server/src/agent/process/create-process-runtime.ts";
import {
  countLeftovers,
  type Leftovers,
} from "../packages/server/src/agent/process/leftovers.fixture.ts";
import { realClock } from "../packages/server/src/runtime/clock.ts";
import { silentLogger } from "../packages/server/src/runtime/logger.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";

const [pods = 10_000, atOnce = 20] = process.argv.slice(2).map(Number);
const REPORT_EVERY = Math.min(1000, pods / 5);
/** Beyond that the runtime keeps something of every pod. */
const MAX_GROWTH_MIB = 16;

const directory = mkdtempSync(join(tmpdir(), "soak-"));
const state = join(directory, "state");
const runtime = await createProcessRuntime({
  stateDirectory: state,
  clock: realClock,
  random: systemRandom,
  logger: silentLogger,
  addresses: () => ["127.0.0.1"],
});
const bench = new RuntimeWorkbench({
  runtime,
  image: "host",
  directory,
  containersSurvive: false,
  ownHostname: true,
  killsCommands: true,
  otherUsers: true,
  restart: async () => {},
  close: async () => {},
});

async function live(): Promise<void> {
  const pod = await bench.pod();
  const done = await bench.start(pod, { command: ["echo", "hello"] });
  const id = await bench.start(pod, { command: ["sleep", "1000"] });
  await bench.exec(id, ["true"]);
  await bench.ended(done);
  await runtime.removePod(pod.id);
  rmSync(join(directory, "logs", pod.uid), { recursive: true, force: true });
}

/** What is left, and how much memory there is after a collection (`node --expose-gc`). */
async function measure(): Promise<
  Leftovers & { readonly usedMiB: number; readonly rssMiB: number }
> {
  globalThis.gc?.();
  const left = await countLeftovers(state);
  const { heapUsed, external, rss } = process.memoryUsage();
  return { ...left, usedMiB: toMiB(heapUsed + external), rssMiB: toMiB(rss) };
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

let begun = 0;
const begin = async (until: number): Promise<void> => {
  while (begun < until) {
    begun++;
    await live();
  }
};

await begin(atOnce);
const before = await measure();
console.log(JSON.stringify({ pods: begun, ...before }));
const startedAt = performance.now();
while (begun < pods) {
  const until = Math.min(pods, begun + REPORT_EVERY);
  await Promise.all(Array.from({ length: atOnce }, () => begin(until)));
  console.log(
    JSON.stringify({
      pods: begun,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      ...(await measure()),
    }),
  );
}
const after = await measure();
const { usedMiB: usedBefore, rssMiB: _, ...leftBefore } = before;
const { usedMiB: usedAfter, rssMiB: __, ...leftAfter } = after;
const grown = usedAfter - usedBefore > MAX_GROWTH_MIB;
const leaked = grown || JSON.stringify(leftBefore) !== JSON.stringify(leftAfter);
await runtime[Symbol.asyncDispose]();
rmSync(directory, { recursive: true, force: true });
console.log(leaked ? "leaked" : "nothing is left");
process.exitCode = leaked ? 1 : 0;

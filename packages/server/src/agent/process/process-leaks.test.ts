import { join } from "node:path";
import { expect, test } from "vitest";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { countLeftovers } from "./leftovers.fixture.ts";
import { canRunPods, processHarness } from "./process-runtime.fixture.ts";

const PODS = 60;
const AT_ONCE = 12;

/** A pod as many are: it runs, something is run in it, it ends. */
async function live(bench: RuntimeWorkbench, number: number): Promise<void> {
  const pod = await bench.pod({ shareProcessNamespace: number % 4 === 1 });
  const done = await bench.start(pod, { command: ["echo", "hello"], tty: number % 4 === 2 });
  const id = await bench.start(pod, { command: ["sleep", "1000"], stdin: true });
  const missing = await bench.create(pod, { command: ["no-such-program"] });
  await expect(bench.runtime.startContainer(missing)).rejects.toThrow("no-such-program");
  await bench.exec(id, ["cat"], "input");
  const client = await bench.runtime.attach(id, { stdin: true, tty: false });
  client.kill();
  if (number % 3 === 0) await bench.runtime.stopContainer(id, 1000);
  if (number % 3 === 1) await bench.ended(done);
  await bench.runtime.removePod(pod.id);
}

test.skipIf(!canRunPods)(`${PODS} pods leave nothing`, { timeout: 120_000 }, async () => {
  const harness = await processHarness();
  const bench = new RuntimeWorkbench(harness);
  await live(bench, 0);
  const state = join(harness.directory, "state");
  const before = await countLeftovers(state);
  for (let number = 0; number < PODS; number += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => live(bench, number + index)));
  }
  await bench.until(async () => (await countLeftovers(state)).descriptors <= before.descriptors);
  expect(await countLeftovers(state)).toEqual(before);
  expect(await bench.runtime.list()).toEqual({ pods: [], containers: [] });
  await harness.close();
});

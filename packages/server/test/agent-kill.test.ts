import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canRunPods } from "../src/agent/process/process-runtime.fixture.ts";
import type { Pod } from "../src/api/types.ts";
import { descendantsOf, lastingOf, processesOf, tracesOf } from "./agent-process.fixture.ts";
import { NodeWorkbench, readingToken, sleeping } from "./node-workbench.fixture.ts";

let bench: NodeWorkbench;
beforeEach(async () => {
  bench = await NodeWorkbench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

function statusOf({ status }: Pod, name = "c") {
  return status?.containerStatuses?.find((each) => each.name === name);
}

/** Kills the agent, and waits until all it has started has ended. */
async function kill(): Promise<void> {
  // So that it starts nothing after that was counted.
  process.kill(bench.pid, "SIGSTOP");
  const processes = descendantsOf(bench.pid);
  bench.agent.kill();
  await bench.agent.exited;
  expect(await lastingOf(processes)).toEqual([]);
  expect(await lastingOf(processesOf(bench.directory))).toEqual([]);
}

/** Ends the agent in order, and looks at what is left of it. */
async function endInOrder(): Promise<void> {
  const processes = descendantsOf(bench.pid);
  bench.agent.child.kill("SIGTERM");
  expect(await bench.agent.exited, bench.agent.stderr).toBe(0);
  expect(await lastingOf(processes)).toEqual([]);
  expect(await tracesOf(bench.directory)).toEqual({ mounts: 0, cgroups: 0, files: 0 });
}

describe.skipIf(!canRunPods)("an agent that is killed", () => {
  test("while pods run: they end with it, and the next one starts them again", async () => {
    await bench.create("always", readingToken());
    await bench.create("never", { ...sleeping(), restartPolicy: "Never" });
    await bench.until("always", bench.isReady);
    await bench.until("never", bench.isReady);
    expect(processesOf(bench.directory).length).toBeGreaterThan(1);
    await kill();
    await bench.startAgent();
    const again = await bench.until(
      "always",
      (pod) => statusOf(pod)?.restartCount === 1 && bench.isReady(pod),
    );
    expect(statusOf(again)).toMatchObject({
      lastState: { terminated: { exitCode: 137, reason: "Error" } },
      state: { running: {} },
    });
    // Its volumes were in memory, and are made anew.
    expect(await bench.logs("always")).toContain("token of ");
    const ended = await bench.until("never", ({ status }) => status?.phase === "Failed");
    expect(statusOf(ended)?.state?.terminated?.exitCode).toBe(137);
    await bench.remove("always", "never");
    await endInOrder();
  }, 120_000);

  test("in the middle of starting pods: all of them come to run", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => bench.create(name, readingToken())));
    for (const aliveMs of [0, 150, 400]) {
      await bench.sleep(aliveMs);
      await kill();
      await bench.startAgent();
    }
    for (const name of names) await bench.until(name, bench.isReady);
    // None has been started twice by one agent.
    const running = descendantsOf(bench.pid).length;
    await bench.sleep(500);
    expect(descendantsOf(bench.pid)).toHaveLength(running);
    expect(readdirSync(join(bench.directory, "pods"))).toHaveLength(names.length);
    await bench.remove(...names);
    await endInOrder();
  }, 120_000);

  test("in the middle of ending pods: they go, and nothing of them is left", async () => {
    const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
    const stubborn = "trap '' TERM; while :; do sleep 0.1; done";
    for (const name of names) {
      await bench.create(name, { ...sleeping(stubborn), terminationGracePeriodSeconds: 2 });
    }
    for (const name of names) await bench.until(name, bench.isReady);
    await Promise.all(names.slice(0, 3).map((name) => bench.delete(name)));
    await bench.sleep(300);
    await kill();
    // Deleted while no agent is there.
    await Promise.all(names.slice(3).map((name) => bench.delete(name)));
    await bench.startAgent();
    await bench.untilGone(...names);
    await endInOrder();
  }, 120_000);
});

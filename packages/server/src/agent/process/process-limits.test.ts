import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { Cgroups, ownCgroups } from "./cgroups.ts";
import { canRunPods, processHarness } from "./process-runtime.fixture.ts";

/** What can be limited on this machine. */
const controllers = new Cgroups({
  root: "/sys/fs/cgroup",
  ...ownCgroups(),
  name: "countersign-probe",
  maxPids: 1,
  warn: () => {},
});
const limited = controllers.controllers;
controllers.close();

let bench: RuntimeWorkbench;
const warnings: string[] = [];

beforeAll(async () => {
  if (!canRunPods) return;
  const log = (_: unknown, message: string): number => warnings.push(message);
  const logger = { debug: () => {}, info: () => {}, warn: log, error: log };
  bench = new RuntimeWorkbench(await processHarness({ maxPids: 40, logger }));
});

afterAll(async () => {
  await bench?.harness.close();
});

describe.skipIf(!canRunPods)("limits of a container", () => {
  test.skipIf(!limited.includes("memory"))("more memory than allowed ends it", async () => {
    const { state } = await bench.run("head -c 200000000 /dev/zero | tail | wc -c; exit 137", {
      resources: { memoryBytes: 48 * 1024 * 1024 },
    });
    expect(state).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    const { state: small } = await bench.run("head -c 1000000 /dev/zero | tail | wc -c", {
      resources: { memoryBytes: 48 * 1024 * 1024 },
    });
    expect(small).toMatchObject({ exitCode: 0, reason: "Completed" });
  });

  test.skipIf(!limited.includes("memory"))("a container can read its limits", async () => {
    const { stdout } = await bench.run(
      "cat /sys/fs/cgroup/memory$(sed -n 's/.*:memory:\\(.*\\)/\\1/p' /proc/self/cgroup)/memory.limit_in_bytes /sys/fs/cgroup$(sed -n 's/^0::\\(.*\\)/\\1/p' /proc/self/cgroup)/memory.max 2>/dev/null",
      { resources: { memoryBytes: 48 * 1024 * 1024 } },
    );
    expect(stdout).toBe(`${48 * 1024 * 1024}\n`);
  });

  test.skipIf(!limited.includes("memory"))("other limits hold at once", async () => {
    const pod = await bench.pod();
    const resources = { memoryBytes: 48 * 1024 * 1024 };
    const id = await bench.start(pod, { command: ["sleep", "1000"], resources });
    expect(await bench.runtime.memoryUsage(id)).toBeGreaterThan(0);
    await bench.runtime.updateContainer(id, { memoryBytes: 400 * 1024 * 1024 });
    const command = ["sh", "-c", "head -c 100000000 /dev/zero | tail | wc -c"];
    expect(await bench.exec(id, command)).toMatchObject({ exitCode: 0, stdout: "100000000\n" });
    await bench.runtime.removePod(pod.id);
    await expect(bench.runtime.updateContainer(id, resources)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test.skipIf(!limited.includes("pids"))(
    "one that forks without end is stopped, others run on",
    async () => {
      const pod = await bench.pod();
      const other = await bench.start(await bench.pod(), { command: ["sleep", "1000"] });
      const bomb = await bench.start(pod, {
        command: ["sh", "-c", "trap '' TERM; f() { f | f & }; while :; do f; done"],
      });
      await bench.logged(bomb, "Cannot fork").catch(() => {});
      expect((await bench.exec(other, ["echo", "here"])).stdout).toBe("here\n");
      await bench.runtime.stopContainer(bomb, 200);
      expect(await bench.state(bomb)).toMatchObject({ state: "exited" });
      await bench.runtime.removePod(pod.id);
      expect(await bench.state(other)).toMatchObject({ state: "running" });
    },
  );

  test("none that is asked for is ignored in silence", async () => {
    warnings.length = 0;
    await bench.run("true", { resources: { memoryBytes: 48 * 1024 * 1024, cpuMillis: 500 } });
    const all = limited.includes("memory") && limited.includes("cpu");
    expect(warnings.length > 0).toBe(!all);
  });

  test("no group is left", async () => {
    const pod = await bench.pod();
    const id = await bench.start(pod, { command: ["sh", "-c", "sleep 0.1 & sleep 1000"] });
    await bench.runtime.removePod(pod.id);
    const mine = readFileSync("/proc/self/mountinfo", "utf8");
    expect(mine).not.toContain(id);
    expect(await groupsOf(pod.id)).toEqual([]);
    const kept = await bench.pod();
    await bench.start(kept, { command: ["sleep", "1000"] });
    expect((await groupsOf(kept.id)).length).toBe(limited.length);
  });
});

async function groupsOf(id: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of glob(`/sys/fs/cgroup/{,*/}{,*/}{,*/}countersign-*/${id}`))
    found.push(path);
  return found;
}

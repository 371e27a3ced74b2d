import { readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { residentMiB } from "../../../bench/processes.ts";
import { Cgroups, cgroupName, ownCgroups } from "../src/agent/process/cgroups.ts";
import { canRunPods } from "../src/agent/process/process-runtime.fixture.ts";
import type { ContainerState, Pod, PodSpec } from "../src/api/types.ts";
import { startAgent } from "./agent-process.fixture.ts";
import { NodeWorkbench, sleeping, startApi } from "./node-workbench.fixture.ts";

let bench: NodeWorkbench;
beforeAll(async () => {
  if (canRunPods) bench = await NodeWorkbench.start();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

/** Whether the number of a pod's processes can be limited on this machine. */
const limited = canLimitPids();

function canLimitPids(): boolean {
  const name = "countersign-probe-pids";
  const groups = new Cgroups({
    ...ownCgroups(),
    ...{ root: "/sys/fs/cgroup", name, maxPids: 1, warn: () => {} },
  });
  const found = groups.controllers.includes("pids");
  groups.close();
  return found;
}

/** Of all pods of the agent. @returns how many */
async function limitPids(count: number): Promise<number> {
  const own = cgroupName(join(realpathSync(bench.directory), "process"));
  let pods = 0;
  for await (const file of glob(`/sys/fs/cgroup/{,*/}{,*/}{,*/}${own}/*/pids.max`)) {
    writeFileSync(file, String(count));
    pods++;
  }
  return pods;
}

function stateOf({ status }: Pod): ContainerState {
  return status?.containerStatuses?.[0]?.state ?? {};
}

function running(command: readonly string[], more: Partial<PodSpec> = {}): Partial<PodSpec> {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [{ name: "c", image: "host", command: [...command] }],
    ...more,
  };
}

/** The agent runs what comes next, whatever came before. */
async function expectUnharmed(): Promise<void> {
  await bench.create("next", sleeping());
  await bench.until("next", bench.isReady);
  await bench.remove("next");
  expect(bench.agent.child.exitCode).toBeNull();
}

describe.skipIf(!canRunPods)("a node is given", () => {
  test("an image that nobody knows: it waits, less and less often", async () => {
    const image = "registry.example.com/no/such:1";
    await bench.create("image", { ...sleeping(), containers: [{ name: "c", image }] });
    const failed = await bench.until(
      "image",
      (pod) => stateOf(pod).waiting?.reason === "ErrImagePull",
    );
    const message = stateOf(failed).waiting?.message ?? "";
    expect(message).toContain(image);
    await bench.until("image", (pod) => stateOf(pod).waiting?.reason === "ImagePullBackOff");
    await bench.untilEvents(
      "image",
      `Normal Pulling Pulling image "${image}"`,
      `Warning Failed Failed to pull image "${image}": ${message}`,
      "Warning Failed Error: ErrImagePull",
      `Normal BackOff Back-off pulling image "${image}"`,
      "Warning Failed Error: ImagePullBackOff",
    );
    await bench.remove("image");
    await expectUnharmed();
  });

  test("a command that is missing: it cannot be started, and says so", async () => {
    await bench.create("command", running(["no-such-program", "x"]));
    const failed = await bench.until("command", (pod) =>
      ["RunContainerError", "CrashLoopBackOff"].includes(stateOf(pod).waiting?.reason ?? ""),
    );
    expect(JSON.stringify(failed.status)).toContain("no-such-program");
    const events = await bench.events("command");
    expect(events.find((event) => event.startsWith("Warning Failed Error: "))).toContain(
      "no-such-program",
    );
    await bench.remove("command");
    await expectUnharmed();
  });

  test("a process that does not heed SIGTERM: it is killed when its grace is over", async () => {
    await bench.create(
      "deaf",
      running(["sh", "-c", "trap '' TERM INT HUP; while :; do sleep 0.1; done"]),
    );
    await bench.until("deaf", bench.isReady);
    await bench.remove("deaf");
    await expectUnharmed();
  });

  test.skipIf(!limited)(
    "one that forks without end: others run on, and it goes when it is deleted",
    async () => {
      // Begins when there is a lower limit than the usual thousands: the machine has others to serve.
      const bomb = "trap '' TERM; f() { f | f & }; while :; do f; done";
      const { containers = [] } = running([
        "sh",
        "-c",
        `while ! test -e /v/begin; do sleep 0.05; done; ${bomb}`,
      ]);
      const { metadata } = await bench.create("bomb", {
        ...sleeping(),
        volumes: [{ name: "v", emptyDir: {} }],
        containers: containers.map((each) => ({
          ...each,
          volumeMounts: [{ name: "v", mountPath: "/v" }],
        })),
      });
      await bench.until("bomb", ({ status }) => status?.phase === "Running");
      expect(await limitPids(64)).toBeGreaterThan(0);
      const volumes = join(bench.directory, "pods", metadata.uid ?? "", "volumes");
      writeFileSync(join(volumes, "kubernetes.io~empty-dir", "v", "begin"), "");
      // It is stopped by its shell, which cannot start another process.
      const stopped = await bench.until("bomb", ({ status }) => {
        const [container] = status?.containerStatuses ?? [];
        return (container?.lastState ?? container?.state)?.terminated !== undefined;
      });
      expect(stopped.status?.phase).toBe("Running");
      await expectUnharmed();
      await bench.remove("bomb");
    },
  );

  test("one that writes without end: its log is bounded, and so is the agent", async () => {
    const before = residentMiB(bench.pid);
    const { metadata } = await bench.create(
      "loud",
      running(["sh", "-c", "head -c 80000000 /dev/zero | tr '\\\\0' x; yes | head -c 10000000"], {
        restartPolicy: "Never",
      }),
    );
    await bench.until("loud", ({ status }) => status?.phase === "Succeeded");
    const logs = join(bench.directory, "logs", `shop_loud_${metadata.uid}`, "c");
    const bytes = readdirSync(logs).reduce((sum, file) => sum + statSync(join(logs, file)).size, 0);
    expect(bytes).toBeGreaterThan(10 * 2 ** 20);
    // Five files of ten megabytes, and what one of them may have in excess.
    expect(bytes).toBeLessThan(70 * 2 ** 20);
    // Garbage, less than what has come through.
    expect(residentMiB(bench.pid) - before).toBeLessThan(150);
    expect(await bench.logs("loud")).toMatch(/^y\n/m);
    await bench.remove("loud");
    await expectUnharmed();
  }, 120_000);

  test("another agent of its name: both stay up, and pods come and go", async () => {
    await using api = await startApi();
    await using first = await NodeWorkbench.start(
      {},
      { ...api, [Symbol.asyncDispose]: async () => {} },
    );
    const second = join(first.directory, "second");
    const agent = await startAgent({
      kubeconfig: api.kubeconfig,
      directory: second,
      nodeName: "n",
      flags: ["--eviction-hard", ""],
    });
    await first.create("p", sleeping());
    await first.until("p", first.isReady);
    await first.remove("p");
    expect([first.agent.child.exitCode, agent.child.exitCode]).toEqual([null, null]);
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
  }, 120_000);
});

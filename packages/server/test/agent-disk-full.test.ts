import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canMount, mountedDirectory } from "../src/agent/mounted-directory.fixture.ts";
import { canRunPods } from "../src/agent/process/process-runtime.fixture.ts";
import type { Node, PodSpec } from "../src/api/types.ts";
import { CONFIG_MAPS, NODES } from "../src/client/resource-type.ts";
import { tracesOf } from "./agent-process.fixture.ts";
import { NodeWorkbench, readingToken, sleeping } from "./node-workbench.fixture.ts";

/** Enough for the tools of the runtime and some pods. */
const SIZE = "64m";
const NO_SPACE = "ENOSPC: no space left on device";

/** Takes all the room there is, in a file below the agent's directory. @returns gives it back */
function fill(directory: string): () => void {
  const file = join(directory, "fill");
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${file}`, "bs=4k"], { stdio: "ignore" });
  } catch {
    // It ends where the room does.
  }
  expect(statfsSync(directory).bavail).toBe(0);
  return () => rmSync(file);
}

async function untilEvent(bench: NodeWorkbench, name: string, event: string): Promise<void> {
  let found: readonly string[] = [];
  for (let tries = 0; tries < 300; tries++) {
    found = await bench.events(name);
    if (found.some((each) => each.startsWith(event))) return;
    await bench.sleep(50);
  }
  expect(found).toContain(event);
}

async function untilNode(bench: NodeWorkbench, check: (node: Node) => boolean): Promise<Node> {
  let node: Node | undefined;
  for (let tries = 0; tries < 600; tries++) {
    node = await bench.client.resource(NODES).get({ namespace: "", name: "n" });
    if (check(node)) return node;
    await bench.sleep(50);
  }
  throw new Error(`the node never came to be so: ${JSON.stringify(node?.status?.conditions)}`);
}

function condition({ status }: Node, type: string) {
  return status?.conditions?.find((each) => each.type === type);
}

/** Both files of a map, told whenever they are others. */
const SHOW_BOTH = `last=; while :; do now="$(cat /map/a)-$(cat /map/b)"
if test "$now" != "$last"; then last=$now; echo "$now"; fi; sleep 0.05; done`;

function showing(): Partial<PodSpec> {
  const { containers = [], ...rest } = sleeping(SHOW_BOTH);
  return {
    ...rest,
    volumes: [{ name: "map", configMap: { name: "map" } }],
    containers: containers.map((container) => ({
      ...container,
      volumeMounts: [{ name: "map", mountPath: "/map" }],
    })),
  };
}

describe.skipIf(!canRunPods || !canMount)("an agent whose disk is full", () => {
  test("starts no pod and says why, ends none, and goes on when there is room", async () => {
    const directory = mountedDirectory(SIZE);
    await using bench = await NodeWorkbench.start({ directory });
    await bench.create("before", sleeping("while :; do echo line; sleep 0.1; done"));
    await bench.until("before", bench.isReady);
    const makeRoom = fill(directory);
    await bench.create("during", readingToken());
    const why = `Warning FailedCreatePodSandBox Failed to create pod sandbox: ${NO_SPACE}`;
    await untilEvent(bench, "during", why);
    expect((await bench.get("during")).status?.phase).toBe("Pending");
    // Its log has no room, and that is no reason to end it.
    const before = await bench.get("before");
    expect(before.status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    makeRoom();
    await bench.until("during", bench.isReady);
    expect(await bench.logs("during")).toContain("token of ");
    const lines = (await bench.logs("before")).split("\n").filter((line) => line !== "");
    expect(new Set(lines)).toEqual(new Set(["line"]));
    await bench.remove("before", "during");
    bench.agent.child.kill("SIGTERM");
    expect(await bench.agent.exited).toBe(0);
    expect((await tracesOf(directory)).files).toBe(0);
  }, 120_000);

  test("shows a pod all of a change of its config map or nothing", async () => {
    const directory = mountedDirectory(SIZE);
    await using bench = await NodeWorkbench.start({ directory });
    const maps = bench.client.resource(CONFIG_MAPS);
    const map = (value: string) => ({
      metadata: { name: "map", namespace: "shop" },
      data: { a: value, b: value },
    });
    await maps.create(map("one"));
    await bench.create("p", showing());
    await bench.until("p", bench.isReady);
    const makeRoom = fill(directory);
    await maps.update(map("two"));
    await untilEvent(bench, "p", 'Warning FailedMount MountVolume.SetUp failed for volume "map"');
    makeRoom();
    for (let tries = 0; tries < 400 && !(await bench.logs("p")).includes("two-two"); tries++) {
      await bench.sleep(50);
    }
    const seen = (await bench.logs("p")).split("\n").filter((line) => line !== "");
    // Between reading the one file and the other, the whole set may have been replaced.
    expect(seen.filter((each) => each !== "one-two")).toEqual(["one-one", "two-two"]);
  }, 120_000);

  test("and is killed, is followed by one that waits for room", async () => {
    const directory = mountedDirectory(SIZE);
    await using bench = await NodeWorkbench.start({ directory });
    await bench.create("p", readingToken());
    await bench.until("p", bench.isReady);
    const makeRoom = fill(directory);
    bench.agent.kill();
    await bench.agent.exited;
    const started = bench.startAgent();
    await untilNode(bench, (node) => condition(node, "Ready")?.status === "False");
    makeRoom();
    await started;
    await bench.until("p", (pod) => {
      const [status] = pod.status?.containerStatuses ?? [];
      return status?.restartCount === 1 && bench.isReady(pod);
    });
    // Nothing that was half written is taken for whole.
    for (const kind of ["pods", "containers"]) {
      const root = join(directory, "process", kind);
      for (const id of readdirSync(root)) {
        for (const file of ["sandbox.json", "state.json"].map((each) => join(root, id, each))) {
          if (existsSync(file)) expect(() => JSON.parse(readFileSync(file, "utf8"))).not.toThrow();
        }
      }
    }
  }, 120_000);

  test("is under pressure before, and takes no pods", async () => {
    const directory = mountedDirectory(SIZE);
    const flags = ["--eviction-hard", "nodefs.available<10%"];
    await using bench = await NodeWorkbench.start({ directory, flags });
    await untilNode(bench, (node) => condition(node, "DiskPressure")?.status === "False");
    fill(directory);
    const node = await untilNode(
      bench,
      (each) => condition(each, "DiskPressure")?.status === "True",
    );
    expect(condition(node, "DiskPressure")).toMatchObject({
      reason: "KubeletHasDiskPressure",
      message: "kubelet has disk pressure",
    });
    await bench.create("p", sleeping());
    const pod = await bench.until("p", ({ status }) => status?.phase === "Failed");
    expect(pod.status).toMatchObject({
      reason: "Evicted",
      message: "Pod was rejected: The node had condition: [DiskPressure]. ",
    });
    await untilEvent(bench, "p", "Warning Evicted The node had condition: [DiskPressure]. ");
  }, 120_000);
});

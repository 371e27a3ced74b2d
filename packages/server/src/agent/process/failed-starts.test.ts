import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import type { ContainerConfig, PodSandbox } from "../pod-runtime.ts";
import { countLeftovers } from "./leftovers.fixture.ts";
import { canRunPods, processHarness } from "./process-runtime.fixture.ts";

const SECRET = "s3cret";

describe.skipIf(!canRunPods)("what cannot be started", () => {
  let harness: Awaited<ReturnType<typeof processHarness>>;
  let bench: RuntimeWorkbench;
  let pod: PodSandbox;

  beforeAll(async () => {
    harness = await processHarness();
    bench = new RuntimeWorkbench(harness);
    pod = await bench.pod();
  });
  afterAll(async () => harness?.close());

  const leftovers = () => countLeftovers(join(harness.directory, "state"));

  /** What the container says of its end. */
  async function refusal(config: Partial<ContainerConfig>): Promise<string> {
    const id = await bench.create(pod, { command: ["true"], ...config });
    const error = await bench.runtime.startContainer(id).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "start-failed" });
    const state = await bench.state(id);
    expect(state).toMatchObject({ state: "exited", exitCode: 128, reason: "StartError" });
    expect((error as Error).message).toBe(state?.message);
    await bench.runtime.removeContainer(id);
    return state?.message ?? "";
  }

  test.each<[string, Partial<ContainerConfig>, string]>([
    ["a command with a zero byte", { command: ["echo", `${SECRET}\0`] }, "a zero byte"],
    ["a variable with a zero byte", { env: [{ name: "A", value: `${SECRET}\0` }] }, "a zero byte"],
    ["a directory with a zero byte", { workingDir: "/tmp/\0" }, "a zero byte"],
    [
      "more variables than there may be",
      { env: [{ name: "A", value: SECRET.repeat(500_000) }] },
      "argument list too long",
    ],
  ])("%s is told of, and leaves nothing open", async (_what, config, reason) => {
    await refusal(config);
    const before = await leftovers();
    for (let times = 0; times < 3; times++) {
      const message = await refusal(config);
      expect(message).toContain(reason);
      expect(message).not.toContain(SECRET);
    }
    await bench.until(async () => (await leftovers()).descriptors <= before.descriptors);
  });

  test("a container beside one that has ended leaves nothing open", async () => {
    const target = await bench.start(pod, { command: ["true"] });
    await bench.ended(target);
    const before = await leftovers();
    const message = await refusal({ targetContainerId: target });
    expect(message).toContain(`target container "${target}" is not running`);
    expect((await leftovers()).descriptors).toBe(before.descriptors);
    await bench.runtime.removeContainer(target);
  });

  test("a command beside a container leaves nothing open", async () => {
    const id = await bench.start(pod, { command: ["sleep", "1000"] });
    const run = () => bench.runtime.exec(id, { command: ["a\0"], stdin: true, tty: false });
    await expect(run()).rejects.toMatchObject({ code: "start-failed" });
    const before = await leftovers();
    for (let times = 0; times < 3; times++) await expect(run()).rejects.toThrow("a zero byte");
    await bench.until(async () => (await leftovers()).descriptors <= before.descriptors);
    await bench.runtime.removeContainer(id);
  });
});

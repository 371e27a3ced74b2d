import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../runtime/clock.ts";
import { runtimeProblems } from "../node/runtime-health.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import { Containerd, canRunContainerd, criRuntimeOf } from "./containerd.fixture.ts";

describe.skipIf(!canRunContainerd)("a containerd without a network for pods", () => {
  let containerd: Containerd;
  let runtime: PodRuntime;

  beforeAll(async () => {
    containerd = await Containerd.start({ hasNetwork: false });
    runtime = await criRuntimeOf(containerd);
  }, 60_000);
  afterAll(async () => {
    await runtime?.[Symbol.asyncDispose]();
    await containerd?.stop();
  });

  const problems = (): Promise<readonly string[]> => runtimeProblems(runtime, realClock.sleep);

  test("cannot run pods until it has one", async () => {
    expect(await problems()).toEqual([
      "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
    ]);
    containerd.addNetwork();
    for (let tries = 0; (await problems()).length > 0 && tries < 100; tries++) {
      await realClock.sleep(30);
    }
    expect(await problems()).toEqual([]);
  });
});

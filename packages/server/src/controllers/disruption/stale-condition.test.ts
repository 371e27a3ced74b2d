import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pod, PodCondition, PodPhase, PodStatus } from "../../api/types.ts";
import { PODS } from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { staleAfterMs } from "./stale-condition.ts";

const NOW = Date.UTC(2026, 0, 1, 0, 10);
const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,disruption-controller";

const announced = (at: number, reason = "EvictionByEvictionAPI"): PodCondition => ({
  type: "DisruptionTarget",
  status: "True",
  reason,
  message: "m",
  lastTransitionTime: formatTime(at),
});

describe("a disruption that was announced", () => {
  const pod = (condition: PodCondition, phase: PodPhase = "Running", metadata = {}): Pod => ({
    metadata,
    status: { phase, conditions: [{ type: "Ready", status: "True" }, condition] },
  });
  const fresh = announced(NOW - 30_000);
  it.each<[string, Pod, number | undefined]>([
    ["is believed for two minutes", pod(fresh), 90_000],
    ["and not longer", pod(announced(NOW - 500_000)), 0],
    ["is believed for ever of an agent", pod(announced(0, "TerminationByKubelet")), undefined],
    ["has come true", pod(fresh, "Failed"), undefined],
    ["comes true", pod(fresh, "Running", { deletionTimestamp: formatTime(NOW) }), undefined],
    ["is withdrawn already", pod({ ...fresh, status: "False" }), undefined],
  ])("%s", (_case, announcing, left) => {
    expect(staleAfterMs(announcing, NOW)).toBe(left);
  });
});

describe("a pod that was to be disrupted and stayed", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: CONTROLLERS });
    await server.namespace("n");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("is not believed any more after two minutes", async () => {
    const pods = server.client.resource(PODS);
    const key = { namespace: "n", name: "one" };
    const spec = { containers: [{ name: "main", image: "image" }] };
    const live = await pods.create({ metadata: key, spec });
    const begun = server.clock.now();
    const conditions = [...(live.status?.conditions ?? []), announced(begun)];
    const status: PodStatus = { ...live.status, phase: "Running", conditions };
    await pods.update({ ...live, status }, { subresource: "status" });
    const found = async () =>
      (await pods.get(key)).status?.conditions?.find(({ type }) => type === "DisruptionTarget");
    await server.clock.advance(119_000);
    expect(await found()).toMatchObject(announced(begun));
    await server.clock.advance(2000);
    const withdrawn = await server.until(async () => {
      const condition = await found();
      return condition?.status === "False" ? condition : undefined;
    });
    expect(withdrawn).toEqual({
      type: "DisruptionTarget",
      status: "False",
      observedGeneration: live.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime: formatTime(begun + 120_000),
    });
    expect(server.complaints).toEqual([]);
  });
});

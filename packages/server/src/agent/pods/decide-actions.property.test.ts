import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Container, PodSpec } from "../../api/types.ts";
import { decideActions } from "./decide-actions.ts";
import { observed } from "./observed.fixture.ts";
import { latestRun } from "./observed-pod.ts";
import type { DecisionInput } from "./pod-actions.ts";
import { isSidecar } from "./restart-policy.ts";

const NAMES = ["i", "j", "s", "c", "d"];

const run = fc
  .record({
    name: fc.constantFrom(...NAMES),
    state: fc.constantFrom("created", "running", "unknown", "exited 0", "exited 1"),
  })
  .map(({ name, state }) => `${name} ${state}`);

const specs: fc.Arbitrary<PodSpec> = fc.record({
  restartPolicy: fc.constantFrom("Always" as const, "OnFailure" as const, "Never" as const),
  initContainers: fc.subarray<Container>([
    { name: "i" },
    { name: "j" },
    { name: "s", restartPolicy: "Always", livenessProbe: {}, startupProbe: {} },
  ]),
  containers: fc.subarray<Container>([{ name: "c", livenessProbe: {} }, { name: "d" }], {
    minLength: 1,
  }),
});

const outcome = fc.constantFrom("success" as const, "failure" as const, undefined);

const inputs: fc.Arbitrary<DecisionInput> = fc
  .record({
    spec: specs,
    sandbox: fc.constantFrom("none", "ready", "not-ready"),
    runs: fc.array(run, { maxLength: 6 }),
    startup: outcome,
    liveness: outcome,
    outdated: fc.boolean(),
  })
  .map(({ spec, sandbox, runs, startup, liveness, outdated }) => ({
    pod: { metadata: { name: "p" }, spec },
    observed: observed(sandbox, ...runs),
    probes: { startup: () => startup, liveness: () => liveness, readiness: () => undefined },
    isOutdated: ({ name }) => outdated && name === "d",
    restartsToResize: ({ name }) => outdated && name === "c",
    restartsAll: false,
  }));

describe("what is decided", () => {
  it("never lets two runs of a container run at once", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { killPod, kill, init, ordinary } = decideActions(input);
        const killed = kill.map(({ container }) => container.id);
        for (const name of [...init, ...ordinary]) {
          const latest = latestRun(input.observed, name);
          if (latest?.state !== "running" && latest?.state !== "unknown") continue;
          expect(killPod || killed.includes(latest.id)).toBe(true);
        }
      }),
    );
  });

  it("starts each container once at most, and only those of the spec", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { init, ordinary } = decideActions(input);
        expect(new Set(init).size).toBe(init.length);
        expect(new Set(ordinary).size).toBe(ordinary.length);
        const { initContainers = [], containers = [] } = input.pod.spec ?? {};
        expect(initContainers.map(({ name }) => name)).toEqual(expect.arrayContaining([...init]));
        expect(containers.map(({ name }) => name)).toEqual(expect.arrayContaining([...ordinary]));
      }),
    );
  });

  it("starts no ordinary container beside one that initializes", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { init, ordinary } = decideActions(input);
        if (ordinary.length === 0) return;
        const sidecars = (input.pod.spec?.initContainers ?? []).filter(isSidecar);
        expect(sidecars.map(({ name }) => name)).toEqual(expect.arrayContaining([...init]));
      }),
    );
  });

  it("starts nothing where there is no sandbox and none is made", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { createSandbox, init, ordinary, ephemeral } = decideActions(input);
        const ready = input.observed.sandboxes[0]?.state === "ready";
        if (ready || createSandbox !== undefined) return;
        expect([...init, ...ordinary, ...ephemeral]).toEqual([]);
      }),
    );
  });
});

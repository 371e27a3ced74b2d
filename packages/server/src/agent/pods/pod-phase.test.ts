import { describe, expect, it } from "vitest";
import type { ContainerStatus, PodPhase, PodSpec } from "../../api/types.ts";
import { podPhase } from "./pod-phase.ts";

const WORDS: Readonly<Record<string, ContainerStatus["state"]>> = {
  waiting: { waiting: { reason: "ContainerCreating" } },
  running: { running: {} },
  ok: { terminated: { exitCode: 0 } },
  failed: { terminated: { exitCode: 1 } },
};

/** `c running`, `c ok`, `c waiting failed`: it waits, and has failed before. */
function status(text: string): ContainerStatus {
  const [name = "", now = "", before] = text.split(" ");
  return {
    name,
    image: "",
    imageID: "",
    ready: false,
    started: now === "running",
    restartCount: 0,
    state: WORDS[now] ?? {},
    lastState: before === undefined ? {} : (WORDS[before] ?? {}),
  };
}

interface Case {
  readonly policy?: PodSpec["restartPolicy"];
  readonly init?: readonly string[];
  readonly sidecar?: string;
  readonly ordinary: readonly string[];
  readonly ended?: boolean;
  readonly begun?: boolean;
}

function phase({ policy = "Always", init = [], sidecar, ordinary, ...more }: Case): PodPhase {
  const initial = [...init, ...(sidecar === undefined ? [] : [sidecar])].map(status);
  const statuses = ordinary.map(status);
  return podPhase({
    spec: {
      restartPolicy: policy,
      initContainers: initial.map(({ name }) =>
        name === "s" ? { name, restartPolicy: "Always" } : { name },
      ),
      containers: statuses.map(({ name }) => ({ name })),
    },
    init: initial,
    ordinary: statuses,
    ended: more.ended ?? false,
    begun: more.begun ?? false,
  });
}

describe("the phase of a pod", () => {
  it.each<[PodPhase, string, Case]>([
    ["Pending", "one waits", { ordinary: ["a running", "b waiting"] }],
    ["Running", "all run", { ordinary: ["a running", "b running"] }],
    ["Running", "one has ended", { ordinary: ["a running", "b failed"] }],
    ["Running", "all are restarted", { ordinary: ["a failed", "b ok"] }],
    ["Running", "one waits for a restart", { ordinary: ["a waiting failed"] }],
    ["Succeeded", "all have succeeded", { policy: "Never", ordinary: ["a ok", "b ok"] }],
    ["Failed", "one has failed", { policy: "Never", ordinary: ["a ok", "b failed"] }],
    [
      "Running",
      "what failed is restarted",
      { policy: "OnFailure", ordinary: ["a ok", "b failed"] },
    ],
    ["Succeeded", "all have succeeded with OnFailure", { policy: "OnFailure", ordinary: ["a ok"] }],
    ["Succeeded", "it was ended", { ordinary: ["a ok"], ended: true }],
    ["Failed", "it was ended while one failed", { ordinary: ["a failed"], ended: true }],
    ["Pending", "an init container runs", { init: ["i running"], ordinary: ["a waiting"] }],
    ["Pending", "an init container has failed", { init: ["i failed"], ordinary: ["a waiting"] }],
    [
      "Failed",
      "an init container has failed for good",
      { policy: "Never", init: ["i failed"], ordinary: ["a waiting"] },
    ],
    [
      "Failed",
      "an init container failed before it waits for good",
      { policy: "Never", init: ["i waiting failed"], ordinary: ["a waiting"] },
    ],
    ["Running", "init containers are through", { init: ["i ok"], ordinary: ["a running"] }],
    ["Pending", "a sidecar waits", { sidecar: "s waiting", ordinary: ["a waiting"] }],
    ["Running", "a sidecar runs on", { sidecar: "s running", ordinary: ["a ok"], policy: "Never" }],
    [
      "Succeeded",
      "a sidecar failed at the end",
      { sidecar: "s failed", ordinary: ["a ok"], policy: "Never" },
    ],
    [
      "Running",
      "a sidecar is restarted beside others",
      { sidecar: "s waiting failed", ordinary: ["a running"], begun: true },
    ],
  ])("is %s when %s", (wanted, _when, facts) => {
    expect(phase(facts)).toBe(wanted);
  });

  it("is Pending when nothing is known of a container", () => {
    const spec: PodSpec = { containers: [{ name: "a" }, { name: "b" }] };
    const about = { init: [], ordinary: [status("a running")], ended: false, begun: true };
    expect(podPhase({ spec, ...about })).toBe("Pending");
  });
});

import { describe, expect, it } from "vitest";
import type { Container, PodSpec } from "../../api/types.ts";
import { decideActions } from "./decide-actions.ts";
import { observed } from "./observed.fixture.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { PodActions } from "./pod-actions.ts";
import { NO_RESULTS, type ProbeResults } from "./probes/probe-results.ts";

interface Facts {
  readonly spec?: Partial<PodSpec>;
  readonly probes?: Partial<ProbeResults>;
  readonly outdated?: readonly string[];
  readonly restartsAll?: boolean;
  readonly resized?: readonly string[];
}

function decide(seen: ObservedPod, facts: Facts = {}): string[] {
  const { spec = {}, probes = {}, outdated = [], restartsAll = false, resized = [] } = facts;
  return describeActions(
    decideActions({
      pod: { metadata: { name: "p" }, spec: { containers: [{ name: "c" }], ...spec } },
      observed: seen,
      probes: { ...NO_RESULTS, ...probes },
      isOutdated: ({ name }) => outdated.includes(name),
      restartsToResize: ({ name }) => resized.includes(name),
      restartsAll,
    }),
  );
}

/** One line for each thing that has to be done. */
function describeActions(actions: PodActions): string[] {
  return [
    ...(actions.killPod ? ["kill pod"] : []),
    ...(actions.createSandbox === undefined ? [] : [`sandbox ${actions.createSandbox}`]),
    ...actions.kill.map(({ container, message }) => `kill ${container.id}: ${message}`),
    ...actions.reset.map(({ id }) => `reset ${id}`),
    ...actions.ephemeral.map((name) => `start ephemeral ${name}`),
    ...actions.init.map((name) => `start init ${name}`),
    ...actions.ordinary.map((name) => `start ${name}`),
  ];
}

const PROBE = { exec: { command: ["x"] } };
const FAILURE = (): "failure" => "failure";
const SUCCESS = (): "success" => "success";
const INIT: Partial<PodSpec> = { initContainers: [{ name: "i" }, { name: "j" }] };
const SIDECAR: Container = { name: "s", restartPolicy: "Always" };

describe("a sandbox", () => {
  it.each<[string, ObservedPod, Facts, string[]]>([
    ["is made first", observed("none"), {}, ["sandbox 0", "start c"]],
    [
      "is made before init containers",
      observed("none"),
      { spec: INIT },
      ["sandbox 0", "start init i"],
    ],
    ["is made anew", observed("not-ready", "c exited 0"), {}, ["kill pod", "sandbox 1", "start c"]],
    [
      "begins with init containers again",
      observed("not-ready", "i exited 0", "c exited 0"),
      { spec: INIT },
      ["kill pod", "sandbox 1", "start init i"],
    ],
    [
      "is not made anew for what runs once",
      observed("not-ready", "c exited 1"),
      { spec: { restartPolicy: "Never" } },
      ["kill pod"],
    ],
    [
      "is made anew for what has never run",
      observed("not-ready"),
      { spec: { restartPolicy: "Never" } },
      ["kill pod", "sandbox 1", "start c"],
    ],
    [
      "is not made anew when all have succeeded",
      observed("not-ready", "c exited 0"),
      { spec: { restartPolicy: "OnFailure" } },
      ["kill pod"],
    ],
    [
      "is made anew when only the API remembers",
      observed("none", "c exited 137"),
      {},
      ["sandbox 1", "start c"],
    ],
    [
      "is not made for what ran once, when only the API remembers",
      observed("none", "c exited 137"),
      { spec: { restartPolicy: "Never" } },
      [],
    ],
  ])("%s", (_what, seen, facts, actions) => {
    expect(decide(seen, facts)).toEqual(actions);
  });
});

describe("containers", () => {
  it.each<[string, ObservedPod, Facts, string[]]>([
    ["are started", observed("ready"), {}, ["start c"]],
    ["are left alone", observed("ready", "c running"), {}, []],
    ["are started again", observed("ready", "c exited 1"), {}, ["start c"]],
    [
      "that were made but not started are made again",
      observed("ready", "c created"),
      {},
      ["start c"],
    ],
    [
      "of which nothing is known are ended first",
      observed("ready", "c unknown"),
      {},
      ['kill id-of-c: Container is in "unknown" state, try killing it before restart', "start c"],
    ],
    [
      "that are done end the pod",
      observed("ready", "c exited 0"),
      { spec: { restartPolicy: "OnFailure" } },
      ["kill pod"],
    ],
    [
      "that failed do not, where they are run again",
      observed("ready", "c exited 1"),
      { spec: { restartPolicy: "OnFailure" } },
      ["start c"],
    ],
    [
      "with another definition are restarted whatever the policy",
      observed("ready", "c running"),
      { outdated: ["c"], spec: { restartPolicy: "Never" } },
      ["kill id-of-c: Container c definition changed, will be restarted", "start c"],
    ],
    [
      "that are not alive are restarted",
      observed("ready", "c running"),
      {
        probes: { liveness: FAILURE },
        spec: { containers: [{ name: "c", livenessProbe: PROBE }] },
      },
      ["kill id-of-c: Container c failed liveness probe, will be restarted", "start c"],
    ],
    [
      "that are not alive end, where they run once",
      observed("ready", "c running"),
      {
        probes: { liveness: FAILURE },
        spec: { containers: [{ name: "c", livenessProbe: PROBE }], restartPolicy: "Never" },
      },
      ["kill pod", "kill id-of-c: Container c failed liveness probe"],
    ],
    [
      "that do not get started are restarted",
      observed("ready", "c running"),
      { probes: { startup: FAILURE }, spec: { containers: [{ name: "c", startupProbe: PROBE }] } },
      ["kill id-of-c: Container c failed startup probe, will be restarted", "start c"],
    ],
    [
      "that are ephemeral are started before all others",
      observed("ready"),
      { spec: { ephemeralContainers: [{ name: "e" }], ...INIT } },
      ["start ephemeral e", "start init i"],
    ],
    [
      "that are ephemeral run once",
      observed("ready", "c running", "e exited 1"),
      { spec: { ephemeralContainers: [{ name: "e" }] } },
      [],
    ],
    [
      "are all taken down, and the one that asked for it last",
      observed("ready", "c exited 7", "d running"),
      {
        restartsAll: true,
        spec: {
          containers: [
            {
              name: "c",
              restartPolicy: "Never",
              restartPolicyRules: [
                { action: "RestartAllContainers", exitCodes: { operator: "In", values: [7] } },
              ],
            },
            { name: "d" },
          ],
        },
      },
      ["reset id-of-d", "reset id-of-c"],
    ],
  ])("%s", (_what, seen, facts, actions) => {
    expect(decide(seen, facts)).toEqual(actions);
  });
});

describe("init containers", () => {
  it.each<[string, ObservedPod, Facts, string[]]>([
    ["are started one at a time", observed("ready"), {}, ["start init i"]],
    ["are waited for", observed("ready", "i running"), {}, []],
    ["make way for the next", observed("ready", "i exited 0"), {}, ["start init j"]],
    ["make way for the others", observed("ready", "i exited 0", "j exited 0"), {}, ["start c"]],
    ["may be forgotten", observed("ready", "j exited 0"), {}, ["start c"]],
    ["are not run again beside the others", observed("ready", "c running"), {}, []],
    ["are tried again", observed("ready", "i exited 0", "j exited 2"), {}, ["start init j"]],
    [
      "that ran out of memory have failed",
      observed("ready", "i exited 0 OOMKilled"),
      {},
      ["start init i"],
    ],
    [
      "that fail for good end the pod",
      observed("ready", "i exited 2"),
      { spec: { ...INIT, restartPolicy: "Never" } },
      ["kill pod"],
    ],
    [
      "that could not be started are made again",
      observed("ready", "i created"),
      {},
      ["start init i"],
    ],
    [
      "of which nothing is known are ended first",
      observed("ready", "i unknown"),
      {},
      [
        'kill id-of-i: Init container is in "unknown" state, try killing it before restart',
        "start init i",
      ],
    ],
  ])("%s", (_what, seen, facts, actions) => {
    expect(decide(seen, { spec: INIT, ...facts })).toEqual(actions);
  });
});

describe("sidecars", () => {
  const probed = { ...SIDECAR, startupProbe: PROBE };
  it.each<[string, ObservedPod, Facts, string[]]>([
    ["make way as soon as they run", observed("ready", "s running"), {}, ["start c"]],
    [
      "come back while others run",
      observed("ready", "s exited 1", "c running"),
      {},
      ["start init s"],
    ],
    ["come back though forgotten", observed("ready", "c running"), {}, ["start init s"]],
    [
      "make way when they have started",
      observed("ready", "s running"),
      { spec: { initContainers: [probed] }, probes: { startup: SUCCESS } },
      ["start c"],
    ],
    [
      "hold the others back until then",
      observed("ready", "s running"),
      { spec: { initContainers: [probed] } },
      [],
    ],
    [
      "that do not start are restarted",
      observed("ready", "s running"),
      { spec: { initContainers: [probed] }, probes: { startup: FAILURE } },
      ["kill id-of-s: Init container s failed startup probe", "start init s"],
    ],
    [
      "that are not alive are restarted",
      observed("ready", "s running", "c running"),
      {
        spec: { initContainers: [{ ...SIDECAR, livenessProbe: PROBE }] },
        probes: { liveness: FAILURE },
      },
      ["kill id-of-s: Init container s failed liveness probe", "start init s"],
    ],
    [
      "do not keep a pod alive that is done",
      observed("ready", "s running", "c exited 0"),
      { spec: { initContainers: [SIDECAR], restartPolicy: "Never" } },
      ["kill pod"],
    ],
    [
      "are followed by those after them",
      observed("ready", "s running"),
      { spec: { initContainers: [SIDECAR, { name: "i" }] } },
      ["start init i"],
    ],
  ])("%s", (_what, seen, facts, actions) => {
    expect(decide(seen, { ...facts, spec: { initContainers: [SIDECAR], ...facts.spec } })).toEqual(
      actions,
    );
  });
});

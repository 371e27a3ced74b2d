import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { filterNode, waitingPod } from "./node-filters.ts";
import { type NodeFacts, nodeInfo, pod } from "./pods.fixture.ts";

const UNSCHEDULABLE = "node(s) were unschedulable";
const TAINTED = "node(s) had untolerated taint(s)";
const MISMATCH = "node(s) didn't match Pod's node affinity/selector";
const PORTS = "node(s) didn't have free ports for the requested pod ports";

const FEATURES = "node(s) didn't match Pod's required features";

const gpu = "example.com/gpu";
const full = { pods: [pod({ name: "a", requests: { cpu: "1500m" } })] };
const init = (cpu: string, restartPolicy?: "Always") => ({
  ...{ name: `i${cpu}`, image: "i", resources: { requests: { cpu } } },
  ...(restartPolicy === undefined ? {} : { restartPolicy }),
});

const restartAll = {
  ...{ name: "c", image: "i", restartPolicy: "Never" as const },
  restartPolicyRules: [
    {
      action: "RestartAllContainers",
      exitCodes: { operator: "In", values: [1] },
    },
  ],
};
const RESTART_ALL = "RestartAllContainersOnContainerExits";

describe("whether a node takes a pod", () => {
  it.each<[string, Pod, NodeFacts, readonly string[]]>([
    ["nothing is asked", pod(), {}, []],
    ["unschedulable", pod(), { unschedulable: true }, [UNSCHEDULABLE]],
    [
      "unschedulable, and tolerated",
      pod({ tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" }] }),
      { unschedulable: true, taints: [] },
      [],
    ],
    ["tainted NoSchedule", pod(), { taints: [{ key: "a", effect: "NoSchedule" }] }, [TAINTED]],
    ["tainted NoExecute", pod(), { taints: [{ key: "a", effect: "NoExecute" }] }, [TAINTED]],
    ["tainted PreferNoSchedule", pod(), { taints: [{ key: "a", effect: "PreferNoSchedule" }] }, []],
    [
      "a taint that is tolerated for a while",
      pod({ tolerations: [{ key: "a", operator: "Exists", tolerationSeconds: 5 }] }),
      { taints: [{ key: "a", effect: "NoExecute" }] },
      [],
    ],
    ["the right label", pod({ nodeSelector: { disk: "ssd" } }), { labels: { disk: "ssd" } }, []],
    ["the wrong label", pod({ nodeSelector: { disk: "ssd" } }), {}, [MISMATCH]],
    [
      "a port that is free",
      pod({ hostPort: 80 }),
      { pods: [pod({ name: "a", hostPort: 81 })] },
      [],
    ],
    [
      "a port that is taken",
      pod({ hostPort: 80 }),
      { pods: [pod({ name: "a", hostPort: 80 })] },
      [PORTS],
    ],
    ["a feature that it does not declare", pod({ containers: [restartAll] }), {}, [FEATURES]],
    [
      "a feature of an init container, and others declared",
      pod({ initContainers: [restartAll] }),
      { declaredFeatures: ["InPlacePodVerticalScalingInitContainers"] },
      [FEATURES],
    ],
    [
      "a feature that it declares",
      pod({ containers: [restartAll] }),
      { declaredFeatures: ["Another", RESTART_ALL] },
      [],
    ],
    [
      "users of its own in the host's network",
      pod({ hostNetwork: true, hostUsers: false }),
      { declaredFeatures: [RESTART_ALL] },
      [FEATURES],
    ],
    ["enough cpu, to the last thousandth", pod({ requests: { cpu: "0.5" } }), full, []],
    ["a thousandth too much", pod({ requests: { cpu: "501m" } }), full, ["Insufficient cpu"]],
    ["too little memory", pod({ requests: { memory: "4097Mi" } }), {}, ["Insufficient memory"]],
    [
      "too little of several",
      pod({ requests: { memory: "5Gi", cpu: "3", [gpu]: "1" } }),
      {},
      ["Insufficient memory", "Insufficient cpu", `Insufficient ${gpu}`],
    ],
    [
      "what others have and it has not",
      pod({ requests: { [gpu]: "1" } }),
      {},
      [`Insufficient ${gpu}`],
    ],
    ["enough of it", pod({ requests: { [gpu]: "1" } }), { allocatable: { [gpu]: "1" } }, []],
    ["none of it", pod({ requests: { [gpu]: "0" } }), {}, []],
    ["a resource that nobody counts", pod({ requests: { wishes: "3" } }), {}, []],
    ["no room for pods", pod(), { allocatable: { pods: "0" } }, ["Too many pods"]],
    [
      "no room for pods, nor for this one",
      pod({ requests: { cpu: "9" } }),
      { allocatable: { pods: "0" } },
      ["Too many pods", "Insufficient cpu"],
    ],
    ["a large first step", pod({ initContainers: [init("3")] }), {}, ["Insufficient cpu"]],
    [
      "small steps, one after another",
      pod({ initContainers: [init("1500m"), init("1500m")], requests: { cpu: "2" } }),
      {},
      [],
    ],
    [
      "a sidecar beside the container",
      pod({ initContainers: [init("1500m", "Always")], requests: { cpu: "1" } }),
      {},
      ["Insufficient cpu"],
    ],
    [
      "what the pod as a whole requests",
      pod({ requests: { cpu: "3" }, resources: { requests: { cpu: "1" } } }),
      {},
      [],
    ],
    [
      "overhead",
      pod({ requests: { cpu: "2" }, overhead: { cpu: "1m" } }),
      {},
      ["Insufficient cpu"],
    ],
    [
      "the first of several reasons",
      pod({ nodeSelector: { a: "b" }, requests: { cpu: "9" } }),
      { taints: [{ key: "a", effect: "NoSchedule" }] },
      [TAINTED],
    ],
  ])("%s", (_name, each, facts, reasons) => {
    const rejection = filterNode(waitingPod(each), nodeInfo("n", facts));
    expect(rejection?.reasons ?? []).toEqual(reasons);
  });
});

describe("whether fewer pods would help", () => {
  it.each<[string, Pod, NodeFacts, boolean]>([
    ["no: a taint", pod(), { taints: [{ key: "a", effect: "NoSchedule" }] }, false],
    ["no: more than there ever is", pod({ requests: { cpu: "3" } }), {}, false],
    ["yes: others have it", pod({ requests: { cpu: "1" } }), full, true],
    ["yes: a port", pod({ hostPort: 80 }), { pods: [pod({ name: "a", hostPort: 80 })] }, true],
  ])("%s", (_name, each, facts, helps) => {
    const rejection = filterNode(waitingPod(each), nodeInfo("n", facts));
    expect(rejection?.isForWantOfRoom).toBe(helps);
  });
});

import { describe, expect, it } from "vitest";
import type { Node, NodeCondition, Taint } from "../../api/types.ts";
import { changedTaints, noExecuteTaints, noScheduleChange } from "./node-taints.ts";

type Effect = Taint["effect"];
const taint = (key: string, effect: Effect = "NoSchedule"): Taint => ({ key, effect });
const ours = (name: string, effect?: Effect): Taint => taint(`node.kubernetes.io/${name}`, effect);

function node(
  conditions: Readonly<Record<string, string>>,
  taints: Taint[] = [],
  unschedulable = false,
): Node {
  return {
    metadata: { name: "n" },
    spec: { taints, unschedulable },
    status: {
      conditions: Object.entries(conditions).map(
        ([type, status]): NodeCondition => ({ type, status: status as "True" }),
      ),
    },
  };
}

describe("taints that keep new pods away", () => {
  it.each<[string, Node, readonly string[], readonly string[]]>([
    ["a node that is well", node({ Ready: "True", DiskPressure: "False" }), [], []],
    ["not ready", node({ Ready: "False" }), ["not-ready"], []],
    ["silent", node({ Ready: "Unknown" }), ["unreachable"], []],
    ["silent now", node({ Ready: "Unknown" }, [ours("not-ready")]), ["unreachable"], ["not-ready"]],
    ["well again", node({ Ready: "True" }, [ours("not-ready")]), [], ["not-ready"]],
    ["it says so already", node({ Ready: "False" }, [ours("not-ready")]), [], []],
    [
      "short of everything",
      node({
        MemoryPressure: "True",
        DiskPressure: "True",
        PIDPressure: "True",
        NetworkUnavailable: "True",
      }),
      ["memory-pressure", "disk-pressure", "pid-pressure", "network-unavailable"],
      [],
    ],
    ["nobody knows how short", node({ MemoryPressure: "Unknown" }), [], []],
    ["closed", node({}, [], true), ["unschedulable"], []],
    ["open again", node({}, [ours("unschedulable")]), [], ["unschedulable"]],
    ["somebody else's taint", node({ Ready: "True" }, [taint("mine")]), [], []],
    ["one of another effect", node({ Ready: "True" }, [ours("not-ready", "NoExecute")]), [], []],
  ])("%s", (_name, each, added, removed) => {
    const { add, remove } = noScheduleChange(each);
    expect(add).toEqual(added.map((name) => ours(name)));
    expect(remove).toEqual(removed.map((name) => ours(name)));
  });
});

describe("taints that drive pods away", () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ["True", undefined, ["unreachable", "not-ready"]],
    ["False", "not-ready", ["unreachable"]],
    ["Unknown", "unreachable", ["not-ready"]],
  ])("Ready is %s", (status, added, removed) => {
    const { add, remove } = noExecuteTaints({ type: "Ready", status: status as "True" });
    expect(add).toBe(added === undefined ? undefined : `node.kubernetes.io/${added}`);
    expect(remove).toEqual(removed.map((name) => `node.kubernetes.io/${name}`));
  });
});

describe("a change of taints", () => {
  const present = [taint("a"), taint("b", "NoExecute")];

  it("adds what is missing, with the time, and leaves all others alone", () => {
    const change = { add: [taint("a"), taint("c", "NoExecute")], remove: [taint("b")] };
    expect(changedTaints(present, change, "now")).toEqual([
      ...present,
      { key: "c", effect: "NoExecute", timeAdded: "now" },
    ]);
  });

  it("takes away what has key and effect", () => {
    expect(changedTaints(present, { add: [], remove: [taint("a")] }, "now")).toEqual([present[1]]);
  });

  it("is none when everything is as it should be", () => {
    const change = { add: [taint("a")], remove: [taint("c")] };
    expect(changedTaints(present, change, "now")).toBeUndefined();
  });
});

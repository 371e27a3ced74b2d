import { describe, expect, it } from "vitest";
import type { ContainerStatus, Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { podsToDelete } from "./pods-to-delete.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const COST = "controller.kubernetes.io/pod-deletion-cost";

interface PodFacts {
  readonly node?: string;
  readonly phase?: "Pending" | "Running" | "Unknown" | "Succeeded";
  /** Since how many seconds it is ready. */
  readonly readyFor?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
  /** Seconds. */
  readonly age?: number;
  readonly uid?: string;
}

function ago(seconds: number): string {
  return formatTime(NOW - seconds * 1000);
}

function container(name: string, restartCount: number): ContainerStatus {
  return { name, restartCount, image: "", imageID: "", ready: true };
}

function pod(name: string, facts: PodFacts = {}): Pod {
  const { node = "n", phase = "Running", readyFor, cost, age = 100, uid = name } = facts;
  const { restarts = 0, sidecarRestarts = 0 } = facts;
  return {
    metadata: {
      name,
      uid,
      creationTimestamp: ago(age),
      ...(cost === undefined ? {} : { annotations: { [COST]: cost } }),
    },
    spec: {
      nodeName: node,
      containers: [],
      initContainers: [{ name: "sidecar", restartPolicy: "Always" }, { name: "once" }],
    },
    status: {
      phase,
      ...(readyFor === undefined
        ? {}
        : { conditions: [{ type: "Ready", status: "True", lastTransitionTime: ago(readyFor) }] }),
      containerStatuses: [container("main", restarts)],
      initContainerStatuses: [container("sidecar", sidecarRestarts), container("once", 99)],
    },
  };
}

/** Which of two goes first, whatever the order they come in. */
function first(a: PodFacts, b: PodFacts, related: readonly Pod[] = []): string {
  const pods = [pod("a", a), pod("b", b)];
  const names = [pods, pods.toReversed()].map(
    (each) => podsToDelete(each, related, 1, NOW)[0]?.metadata.name,
  );
  expect(names[0]).toBe(names[1]);
  return names[0] ?? "";
}

describe("the pod that goes first", () => {
  it.each<[string, PodFacts, PodFacts]>([
    ["is on no node", { node: "", readyFor: 9 }, {}],
    ["is pending", { phase: "Pending", readyFor: 9 }, { phase: "Unknown" }],
    ["is unknown rather than running", { phase: "Unknown", readyFor: 9 }, {}],
    ["is not ready", { cost: "9" }, { readyFor: 1 }],
    ["is cheaper", { cost: "-5", readyFor: 9 }, { readyFor: 1 }],
    ["costs nothing rather than something", {}, { cost: "1" }],
    ["has not been ready for long", { readyFor: 10 }, { readyFor: 90, restarts: 9 }],
    ["restarts more often", { restarts: 2 }, { restarts: 1, age: 1 }],
    ["has a sidecar that does", { sidecarRestarts: 2 }, { age: 1 }],
    ["is younger", { age: 10 }, { age: 90 }],
    ["has the smaller uid, where ages are alike", { age: 100 }, { age: 90 }],
  ])("%s", (_case, a, b) => {
    expect(first(a, b)).toBe("a");
  });

  it.each(["1.5", "+1", "01", "x", "", "2147483648"])("costs nothing when it says %j", (cost) => {
    expect(first({ cost, age: 10 }, { age: 90 })).toBe("a");
    expect(first({ cost: "-1", age: 90 }, { cost, age: 10 })).toBe("a");
  });

  it("has more neighbours of its owner's on its node", () => {
    const related = [
      pod("c", { node: "full" }),
      pod("d", { node: "full" }),
      pod("e", { node: "empty", phase: "Succeeded" }),
      pod("f", { node: "empty", phase: "Succeeded" }),
      pod("g", { node: "empty", phase: "Succeeded" }),
    ];
    expect(first({ node: "full", age: 90 }, { node: "empty", age: 1 }, related)).toBe("a");
    expect(first({ node: "full", age: 90 }, { node: "empty", age: 1 })).toBe("b");
  });
});

describe("pods to delete", () => {
  it("are as many as are too many", () => {
    const pods = [pod("a", { age: 90 }), pod("b", { age: 1 }), pod("c", { age: 10 })];
    const names = podsToDelete(pods, [], 2, NOW).map(({ metadata }) => metadata.name);
    expect(names).toEqual(["b", "c"]);
    expect(podsToDelete(pods, [], 3, NOW)).toHaveLength(3);
    expect(podsToDelete(pods, [], 5, NOW)).toHaveLength(3);
  });
});

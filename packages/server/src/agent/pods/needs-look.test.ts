import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { needsLook } from "./needs-look.ts";

const POD: Pod = {
  metadata: { name: "p", generation: 1, resourceVersion: "1" },
  spec: { containers: [{ name: "c" }] },
};

const GATED: Pod = {
  ...POD,
  spec: { containers: [{ name: "c" }], readinessGates: [{ conditionType: "gate" }] },
};

function withCondition(pod: Pod, type: string, status: string): Pod {
  return { ...pod, status: { conditions: [{ type, status }] } };
}

function withMetadata(metadata: Partial<Pod["metadata"]>): Pod {
  return { ...POD, metadata: { ...POD.metadata, ...metadata } };
}

describe("a new version of a pod", () => {
  it.each<[string, Pod, Pod, boolean]>([
    ["of the same", POD, withMetadata({ resourceVersion: "2" }), false],
    ["with another spec", POD, withMetadata({ generation: 2 }), true],
    ["that is being deleted", POD, withMetadata({ deletionTimestamp: "x" }), true],
    ["with another label", POD, withMetadata({ labels: { a: "b" } }), true],
    ["with another annotation", POD, withMetadata({ annotations: { a: "b" } }), true],
    ["that the agent has told of", POD, { ...POD, status: { phase: "Running" } }, false],
    ["that somebody has ended", POD, { ...POD, status: { phase: "Failed" } }, true],
    ["with a gate that opens", GATED, withCondition(GATED, "gate", "True"), true],
    ["with a condition that is no gate", GATED, withCondition(GATED, "other", "True"), false],
    [
      "of a server that counts no generations",
      { metadata: {}, spec: { containers: [] } },
      { metadata: {}, spec: { containers: [{ name: "c" }] } },
      true,
    ],
  ])("%s", (_what, before, after, wanted) => {
    expect(needsLook(before, after)).toBe(wanted);
  });
});

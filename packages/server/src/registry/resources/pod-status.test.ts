import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { preparePodStatus } from "./pod-status.ts";

function podWith(status: object): KubeObject {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: {}, status };
  return structuredClone(pod);
}

function prepared(status: object, old: object): unknown {
  const pod = podWith(status);
  preparePodStatus(pod, podWith(old));
  return pod.status;
}

const MOUNTED = {
  containerStatuses: [
    { name: "c", volumeMounts: [{ mountPath: "/v", volumeStatus: { image: { imageRef: "x" } } }] },
  ],
};
const MOUNTED_PLAINLY = {
  containerStatuses: [{ name: "c", volumeMounts: [{ mountPath: "/v" }] }],
};

describe("fields of features that are off", () => {
  test.each([
    ["a mount's digest is dropped", MOUNTED, {}, MOUNTED_PLAINLY],
    ["a mount's digest stays where there was one", MOUNTED, MOUNTED, MOUNTED],
    ["a node's resources are dropped", { nodeAllocatableResourceClaimStatuses: [{}] }, {}, {}],
    [
      "a node's resources stay where there were some",
      { nodeAllocatableResourceClaimStatuses: [{}] },
      { nodeAllocatableResourceClaimStatuses: [{ resourceClaimName: "x" }] },
      { nodeAllocatableResourceClaimStatuses: [{}] },
    ],
  ])("%s", (_name, status, old, expected) => {
    expect(prepared(status, old)).toEqual(expected);
  });
});

test("generations that were observed are not forgotten, condition by condition", () => {
  const old = { observedGeneration: 3, conditions: [{ type: "Ready", observedGeneration: 2 }] };
  const status = { conditions: [{ type: "Ready" }, { type: "Other" }] };
  expect(prepared(status, old)).toEqual({
    observedGeneration: 3,
    conditions: [{ type: "Ready", observedGeneration: 2 }, { type: "Other" }],
  });
});

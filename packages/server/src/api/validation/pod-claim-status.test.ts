import { describe, expect, test } from "vitest";
import { checkClaimStatuses, checkExtendedClaimStatus } from "./pod-claim-status.ts";
import type { PodStatus } from "./pod-shapes.ts";

const GPU = { requests: { "example.com/gpu": "1" } };
const MAPPED = { containerName: "c", resourceName: "example.com/gpu", requestName: "a" };
const EXTENDED = "status.extendedResourceClaimStatus";

function complaintsOf(status: PodStatus): string[] {
  const pod = {
    metadata: { name: "p" },
    spec: {
      containers: [{ name: "c", image: "i", resources: GPU }],
      initContainers: [{ name: "i", image: "i" }],
      resourceClaims: [{ name: "claim" }],
    },
    status,
  };
  const errors: Parameters<typeof checkClaimStatuses>[1] = [];
  checkClaimStatuses(pod, errors);
  checkExtendedClaimStatus(pod, errors);
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

describe("what a status says of claims for extended resources", () => {
  test.each([
    [[MAPPED], "made", []],
    [
      [],
      "",
      [
        `${EXTENDED}.requestMappings: Required value: at least one request mapping is required`,
        `${EXTENDED}.resourceClaimName: Required value`,
      ],
    ],
    [
      [MAPPED, MAPPED],
      "made",
      [
        `${EXTENDED}.requestMappings[1].containerName: Duplicate value: "c"`,
        `${EXTENDED}.requestMappings[1].resourceName: Duplicate value: "example.com/gpu"`,
        `${EXTENDED}.requestMappings[1].requestName: Duplicate value: "a"`,
      ],
    ],
    [
      [{ ...MAPPED, containerName: "z" }],
      "made",
      [
        `${EXTENDED}.requestMappings[0].containerName: Invalid value: "z": must match the name of an entry in spec.initContainers.name or spec.containers.name`,
      ],
    ],
    [
      [{ ...MAPPED, containerName: "i" }],
      "made",
      [
        `${EXTENDED}.requestMappings[0].resourceName: Invalid value: "example.com/gpu": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests`,
      ],
    ],
  ])("mappings %j of claim %j", (requestMappings, resourceClaimName, expected) => {
    const status = { extendedResourceClaimStatus: { requestMappings, resourceClaimName } };
    expect(complaintsOf(status)).toEqual(expected);
  });

  test("a request's name is a label, and is told of without an index", () => {
    const requestMappings = [{ ...MAPPED, requestName: "A_" }];
    const status = { extendedResourceClaimStatus: { requestMappings, resourceClaimName: "made" } };
    expect(complaintsOf(status)).toEqual([
      expect.stringMatching(
        /^status\.extendedResourceClaimStatus\.requestName: Invalid value: "A_"/,
      ),
    ]);
  });
});

test("statuses of claims name the pod's own claims, each once", () => {
  const resourceClaimStatuses = [{ name: "claim" }, { name: "claim" }, { name: "other" }];
  expect(complaintsOf({ resourceClaimStatuses })).toEqual([
    'status.resourceClaimStatuses[1].name: Duplicate value: "claim"',
    'status.resourceClaimStatuses[2].name: Invalid value: "other": must match the name of an entry in `spec.resourceClaims`',
  ]);
});

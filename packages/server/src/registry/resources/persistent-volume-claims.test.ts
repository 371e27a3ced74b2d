import { expect, test } from "vitest";
import { persistentVolumeClaimsStrategy } from "./persistent-volume-claims.ts";

const CONTEXT = {
  user: { username: "alice", uid: "", groups: [], extra: {} },
  now: 0,
  name: "v",
  namespace: "n",
};

function complaintsOf(status: object): string[] {
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "v", namespace: "n" },
    spec: { accessModes: ["ReadWriteOnce"] },
    status,
  };
  const { status: endpoint } = persistentVolumeClaimsStrategy.subresources ?? {};
  const errors = endpoint?.validateUpdate?.(claim, claim, CONTEXT) ?? [];
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

const STATES =
  '"ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"';
const NEGATIVE = "must be a valid resource quantity";

test.each([
  [{ allocatedResourceStatuses: { storage: "NodeResizePending" } }, []],
  [{ allocatedResourceStatuses: { "example.com/x": "NodeResizeInfeasible" } }, []],
  [
    { allocatedResourceStatuses: { cpu: "ControllerResizeInProgress" } },
    ['status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"'],
  ],
  [
    { allocatedResourceStatuses: { storage: "Resizing" } },
    [`status.allocatedResourceStatuses: Unsupported value: "storage": supported values: ${STATES}`],
  ],
  [{ allocatedResources: { storage: "1Gi", "example.com/x": "1" } }, []],
  [
    // A name that is not counted is told of, its amount not.
    { allocatedResources: { "a.kubernetes.io/b": "-1" } },
    [
      'status.allocatedResources: Unsupported value: "a.kubernetes.io/b": supported values: "storage"',
    ],
  ],
  [
    { allocatedResources: { storage: "-1" } },
    [`status.allocatedResources[storage]: Invalid value: -1: ${NEGATIVE}`],
  ],
  // Capacity may count anything.
  [{ capacity: { cpu: "-2" } }, [`status.capacity[cpu]: Invalid value: -2: ${NEGATIVE}`]],
])("status %j", (status, expected) => {
  expect(complaintsOf(status)).toEqual(expected);
});

import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { StatusError } from "../../api/status-error.ts";
import type { Scale } from "../../api/types.ts";
import { applyScale, isScalable, scaleOf } from "./scale.ts";

const DEPLOYMENTS = { group: "apps", resource: "deployments" };
const CONTROLLERS = { group: "", resource: "replicationcontrollers" };

const deployment: KubeObject = {
  metadata: {
    name: "d",
    namespace: "ns",
    uid: "u",
    resourceVersion: "7",
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: { l: "m" },
  },
  spec: {
    replicas: 3,
    paused: true,
    selector: {
      matchLabels: { b: "2", a: "1" },
      matchExpressions: [{ key: "t", operator: "In", values: ["y", "x"] }],
    },
  },
  status: { replicas: 2 },
};

function scale(fields: { replicas?: number; uid?: string; resourceVersion?: string }): Scale {
  const { replicas, ...metadata } = fields;
  return {
    metadata: { name: "d", namespace: "ns", ...metadata },
    spec: replicas === undefined ? {} : { replicas },
  };
}

/** The message of the StatusError that is thrown. */
function complaint(run: () => unknown): { code: number | undefined; message: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) {
      return { code: error.status.code, message: error.status.message };
    }
    throw error;
  }
  return { code: undefined, message: undefined };
}

describe("scaleOf", () => {
  it("shows the number, the pods seen and the selector as text", () => {
    expect(scaleOf(DEPLOYMENTS, deployment)).toEqual({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      metadata: {
        name: "d",
        namespace: "ns",
        uid: "u",
        resourceVersion: "7",
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
      spec: { replicas: 3 },
      status: { replicas: 2, selector: "a=1,b=2,t in (x,y)" },
    });
  });

  it("leaves zero out, and reads the plain map of replication controllers", () => {
    const controller = { metadata: { name: "rc" }, spec: { replicas: 0, selector: { a: "b" } } };
    expect(scaleOf(CONTROLLERS, controller)).toMatchObject({
      spec: {},
      status: { replicas: 0, selector: "a=b" },
    });
  });
});

describe("applyScale", () => {
  it("changes the number and nothing else", () => {
    const before = JSON.stringify(deployment);
    const scaled = applyScale(
      DEPLOYMENTS,
      deployment,
      scale({ replicas: 5, resourceVersion: "9" }),
    );
    expect(scaled).toEqual({
      ...deployment,
      metadata: { ...deployment.metadata, resourceVersion: "9" },
      spec: { ...(deployment.spec as object), replicas: 5 },
    });
    expect(JSON.stringify(deployment)).toBe(before);
  });

  it("is unconditional without a resourceVersion, and zero without a number", () => {
    const scaled = applyScale(DEPLOYMENTS, deployment, scale({}));
    expect(scaled.metadata.resourceVersion).toBeUndefined();
    expect(scaled.spec).toMatchObject({ replicas: 0, paused: true });
  });

  it("round trips", () => {
    const same = applyScale(DEPLOYMENTS, deployment, scaleOf(DEPLOYMENTS, deployment));
    expect(same).toEqual(deployment);
  });

  it.each([
    [
      "a negative number",
      { replicas: -1 },
      422,
      'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      "another object",
      { uid: "v" },
      409,
      'Operation cannot be fulfilled on deployments/scale.apps "d": Precondition failed: UID in precondition: v, UID in object meta: u',
    ],
  ])("refuses %s", (_name, fields, code, message) => {
    const found = complaint(() => applyScale(DEPLOYMENTS, deployment, scale(fields)));
    expect(found).toEqual({ code, message });
  });
});

it.each([
  ["apps", "deployments", true],
  ["apps", "replicasets", true],
  ["apps", "statefulsets", true],
  ["", "replicationcontrollers", true],
  ["apps", "daemonsets", false],
  ["batch", "jobs", false],
])("%s/%s: %s", (group, resource, expected) => {
  expect(isScalable({ group, resource })).toBe(expected);
});

import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { StatusError } from "../api/status-error.ts";
import { attributesWith } from "./admission-attributes.fixture.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { createLimitRanger } from "./limit-ranger.ts";

type Resources = { limits?: Record<string, string>; requests?: Record<string, string> };

function attributes(
  resource: "pods" | "persistentvolumeclaims",
  object: object,
  more: Partial<AdmissionAttributes> = {},
): AdmissionAttributes {
  const kind = resource === "pods" ? "Pod" : "PersistentVolumeClaim";
  return attributesWith({ resource, kind, object: object as KubeObject, ...more });
}

function plugin(...limits: object[]) {
  return createLimitRanger((namespace) =>
    namespace === "ns"
      ? [{ metadata: { name: "l" }, spec: { limits } } as unknown as KubeObject]
      : [],
  );
}

function pod(...resources: (Resources | undefined)[]) {
  const containers = resources.map((each, index) => ({ name: `c${index}`, resources: each }));
  return { metadata: { name: "x" }, spec: { containers } };
}

/** What the plugin says; empty when it lets it through. */
function refusal(limit: object, about: AdmissionAttributes): string {
  try {
    void plugin(limit).validate?.(about);
    return "";
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.message.replace(/^\S+ "x" is forbidden: /, "");
  }
}

describe("defaults of a LimitRange", () => {
  const limit = {
    type: "Container",
    default: { cpu: "1" },
    defaultRequest: { cpu: "500m", memory: "1Gi" },
  };

  it("are given to containers that say nothing, and noted", () => {
    const object = pod(undefined, { limits: { cpu: "2" }, requests: { cpu: "1" } });
    void plugin(limit).mutate?.(attributes("pods", object));
    expect(object.spec.containers).toEqual([
      { name: "c0", resources: { limits: { cpu: "1" }, requests: { cpu: "500m", memory: "1Gi" } } },
      { name: "c1", resources: { limits: { cpu: "2" }, requests: { cpu: "1", memory: "1Gi" } } },
    ]);
    expect(object.metadata).toMatchObject({
      annotations: {
        "kubernetes.io/limit-ranger":
          "LimitRanger plugin set: cpu, memory request for container c0; cpu limit for container c0; memory request for container c1",
      },
    });
  });

  it.each([
    [{ operation: "UPDATE" } as const],
    [{ namespace: "other" }],
    [{ subresource: "status", operation: "UPDATE" } as const],
  ])("are not given to %j", (more) => {
    const object = pod(undefined);
    void plugin(limit).mutate?.(attributes("pods", object, more));
    expect(object).toEqual(pod(undefined));
  });
});

it("a pod without containers is left to validation", () => {
  const object = { metadata: { name: "x" }, spec: { containers: null, initContainers: null } };
  const about = attributes("pods", object);
  const ranger = plugin({ type: "Container", default: { cpu: "1" } });
  void ranger.mutate?.(about);
  void ranger.validate?.(about);
  expect(object.spec.containers).toBeNull();
});

describe("bounds of a LimitRange", () => {
  it.each<[object, Resources[], string]>([
    [{ min: { cpu: "1" } }, [{}], "minimum cpu usage per Container is 1.  No request is specified"],
    [
      { min: { cpu: "1" } },
      [{ requests: { cpu: "999m" } }],
      "minimum cpu usage per Container is 1, but request is 999m",
    ],
    [
      { min: { cpu: "1" } },
      [{ requests: { cpu: "1" }, limits: { cpu: "0" } }],
      "minimum cpu usage per Container is 1, but limit is 0",
    ],
    [{ max: { cpu: "1" } }, [{}], "maximum cpu usage per Container is 1.  No limit is specified"],
    [
      { max: { cpu: "1" } },
      [{ limits: { cpu: "1" }, requests: { cpu: "2" } }],
      "maximum cpu usage per Container is 1, but request is 2",
    ],
    [
      { max: { cpu: "1", memory: "1" } },
      [{}, {}],
      "[maximum cpu usage per Container is 1.  No limit is specified, maximum memory usage per Container is 1.  No limit is specified]",
    ],
    [
      { maxLimitRequestRatio: { cpu: "2" } },
      [{ limits: { cpu: "1" } }],
      "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
    ],
    [
      { maxLimitRequestRatio: { cpu: "2" } },
      [{ limits: { cpu: "1" }, requests: { cpu: "300m" } }],
      "cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333",
    ],
    [
      { min: { cpu: "1" }, max: { cpu: "2" } },
      [{ limits: { cpu: "2" }, requests: { cpu: "1" } }],
      "",
    ],
    [
      { type: "Pod", max: { cpu: "1" } },
      [{ limits: { cpu: "600m" } }, { limits: { cpu: "600m" } }],
      "maximum cpu usage per Pod is 1, but limit is 1200m",
    ],
    [{ type: "PersistentVolumeClaim", max: { cpu: "1" } }, [{}], ""],
  ])("%j for containers with %j", (limit, resources, text) => {
    const whole = { type: "Container", ...limit };
    expect(refusal(whole, attributes("pods", pod(...resources)))).toBe(text);
  });

  it.each([
    ["1Gi", "minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi"],
    ["5Gi", "maximum storage usage per PersistentVolumeClaim is 4Gi, but request is 5Gi"],
    ["3Gi", ""],
  ])("for a claim of %s", (storage, text) => {
    const limit = {
      type: "PersistentVolumeClaim",
      min: { storage: "2Gi" },
      max: { storage: "4Gi" },
    };
    const claim = { metadata: {}, spec: { resources: { requests: { storage } } } };
    expect(refusal(limit, attributes("persistentvolumeclaims", claim))).toBe(text);
  });

  it("hold for a resize, and not for what is going", () => {
    const limit = { type: "Container", max: { cpu: "1" } };
    const more = { operation: "UPDATE", subresource: "resize" } as const;
    const about = attributes("pods", pod({ limits: { cpu: "2" } }), more);
    expect(refusal(limit, about)).toBe("maximum cpu usage per Container is 1, but limit is 2");
    const oldObject = { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } } as KubeObject;
    expect(refusal(limit, { ...about, oldObject })).toBe("");
  });
});

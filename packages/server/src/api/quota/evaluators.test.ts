import { describe, expect, it } from "vitest";
import type { KubeObject } from "../object.ts";
import type { ResourceQuota, ScopedResourceSelectorRequirement } from "../types.ts";
import { printAmounts } from "./amounts.ts";
import { evaluatorOf } from "./evaluators.ts";
import { matchesQuota, type QuotaEvaluator } from "./quota-evaluator.ts";

const NOW = Date.UTC(2026, 0, 1);

function evaluator(resource: string, group = ""): QuotaEvaluator {
  const found = evaluatorOf(group, resource);
  if (found === undefined) throw new Error(`nothing counts ${resource}`);
  return found;
}

function usage(resource: string, object: object, group = ""): Record<string, string> {
  const whole = { metadata: {}, ...object } as KubeObject;
  return printAmounts(evaluator(resource, group).usage(whole, NOW));
}

const requests = (list: Record<string, string>) => ({ resources: { requests: list } });

describe("what a pod uses", () => {
  it.each<[string, object, Record<string, string>]>([
    ["nothing but itself", { spec: { containers: [{ name: "c" }] } }, { pods: "1" }],
    [
      "what its containers request and are limited to",
      {
        spec: {
          containers: [
            { resources: { requests: { cpu: "250m" }, limits: { memory: "1Gi" } } },
            { resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } } },
          ],
        },
      },
      { pods: "1", cpu: "1250m", "requests.cpu": "1250m", "limits.memory": "2Gi" },
    ],
    [
      "what its start takes, where that is more",
      {
        spec: {
          containers: [requests({ cpu: "1" })],
          initContainers: [
            { ...requests({ cpu: "500m" }), restartPolicy: "Always" },
            requests({ cpu: "3" }),
          ],
        },
      },
      { pods: "1", cpu: "3500m", "requests.cpu": "3500m" },
    ],
    [
      "what it asks for as a whole",
      { spec: { containers: [requests({ cpu: "1" })], ...requests({ cpu: "2" }) } },
      { pods: "1", cpu: "2", "requests.cpu": "2" },
    ],
    [
      "its overhead, of limits where there are any",
      {
        spec: {
          containers: [{ resources: { requests: { cpu: "1" }, limits: { cpu: "1" } } }],
          overhead: { cpu: "100m", memory: "10Mi" },
        },
      },
      {
        pods: "1",
        cpu: "1100m",
        "requests.cpu": "1100m",
        "limits.cpu": "1100m",
        memory: "10Mi",
        "requests.memory": "10Mi",
      },
    ],
    [
      "what it still has while it is made smaller",
      {
        spec: { containers: [{ name: "c", ...requests({ cpu: "1" }) }] },
        status: { containerStatuses: [{ name: "c", ...requests({ cpu: "2" }) }] },
      },
      { pods: "1", cpu: "2", "requests.cpu": "2" },
    ],
    [
      "what it has when its node cannot make it larger",
      {
        spec: { containers: [{ name: "c", ...requests({ cpu: "8" }) }] },
        status: {
          containerStatuses: [{ name: "c", ...requests({ cpu: "2" }) }],
          conditions: [{ type: "PodResizePending", reason: "Infeasible" }],
        },
      },
      { pods: "1", cpu: "2", "requests.cpu": "2" },
    ],
    [
      "huge pages and what others offer",
      { spec: { containers: [requests({ "hugepages-2Mi": "4Mi", "example.com/gpu": "2" })] } },
      {
        pods: "1",
        "hugepages-2Mi": "4Mi",
        "requests.hugepages-2Mi": "4Mi",
        "requests.example.com/gpu": "2",
      },
    ],
    [
      "nothing when it is over",
      { spec: { containers: [requests({ cpu: "1" })] }, status: { phase: "Failed" } },
      {},
    ],
    [
      "nothing when its node has not ended it in time",
      {
        metadata: {
          deletionTimestamp: new Date(NOW - 31_000).toISOString(),
          deletionGracePeriodSeconds: 30,
        },
      },
      {},
    ],
  ])("is %s", (_case, pod, expected) => {
    expect(usage("pods", pod)).toEqual({ "count/pods": "1", ...expected });
  });
});

describe("what other objects use", () => {
  const ports = [{ port: 80 }, { port: 81, nodePort: 30_001 }];
  it.each<[string, object, Record<string, string>]>([
    ["no ports of nodes", { ports }, { "services.nodeports": "0" }],
    ["ports of nodes", { type: "NodePort", ports }, { "services.nodeports": "2" }],
    [
      "a balancer",
      { type: "LoadBalancer", ports },
      { "services.loadbalancers": "1", "services.nodeports": "2" },
    ],
    [
      "a balancer without ports of its own",
      { type: "LoadBalancer", ports, allocateLoadBalancerNodePorts: false },
      { "services.loadbalancers": "1", "services.nodeports": "1" },
    ],
  ])("of services: %s", (_case, spec, expected) => {
    expect(usage("services", { spec })).toMatchObject({
      services: "1",
      "count/services": "1",
      ...expected,
    });
  });

  it("of claims: bytes, also by class, and what is set aside already", () => {
    const spec = { storageClassName: "gold", resources: { requests: { storage: "1500m" } } };
    const status = { allocatedResources: { storage: "3Gi" } };
    expect(usage("persistentvolumeclaims", { spec })).toEqual({
      persistentvolumeclaims: "1",
      "count/persistentvolumeclaims": "1",
      "requests.storage": "2",
      "gold.storageclass.storage.k8s.io/requests.storage": "2",
      "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
    });
    expect(usage("persistentvolumeclaims", { spec, status })).toMatchObject({
      "requests.storage": "3Gi",
    });
  });

  it("of claims of devices: the most that they may get", () => {
    const exactly = { deviceClassName: "gpu", allocationMode: "ExactCount", count: 2 };
    const choice = (count: number) => ({ ...exactly, count });
    const all = { deviceClassName: "fpga", allocationMode: "All" };
    const devices = {
      requests: [{ exactly }, { firstAvailable: [choice(1), choice(3)] }, { exactly: all }],
    };
    expect(usage("resourceclaims", { spec: { devices } }, "resource.k8s.io")).toEqual({
      "count/resourceclaims.resource.k8s.io": "1",
      "gpu.deviceclass.resource.k8s.io/devices": "5",
      "fpga.deviceclass.resource.k8s.io/devices": "32",
    });
  });

  it("of everything else: one, under its old name too", () => {
    expect(usage("secrets", {})).toEqual({ secrets: "1", "count/secrets": "1" });
    expect(usage("deployments", {}, "apps")).toEqual({ "count/deployments.apps": "1" });
    expect(evaluatorOf("", "events")).toBeUndefined();
  });
});

describe("which writes are looked at", () => {
  const deadline = { spec: { activeDeadlineSeconds: 5 } };
  it.each<[string, string, string, object, object, boolean]>([
    ["pods", "CREATE", "", {}, {}, true],
    ["pods", "UPDATE", "", {}, {}, false],
    ["pods", "UPDATE", "", deadline, {}, true],
    ["pods", "UPDATE", "resize", {}, {}, true],
    ["pods", "UPDATE", "status", deadline, {}, false],
    ["pods", "CREATE", "binding", {}, {}, false],
    ["services", "UPDATE", "", {}, {}, true],
    ["services", "UPDATE", "status", {}, {}, false],
    ["persistentvolumeclaims", "UPDATE", "status", {}, {}, true],
    ["configmaps", "CREATE", "", {}, {}, true],
    ["configmaps", "UPDATE", "", {}, {}, false],
    ["serviceaccounts", "CREATE", "token", {}, {}, false],
  ])("%s %s %s", (resource, operation, subresource, object, oldObject, expected) => {
    const write = {
      operation,
      subresource,
      object: object as KubeObject,
      oldObject: oldObject as KubeObject,
    };
    expect(evaluator(resource).handles(write)).toBe(expected);
  });
});

describe("scopes", () => {
  const requirement = (
    scopeName: string,
    operator = "Exists",
    values: string[] = [],
  ): ScopedResourceSelectorRequirement =>
    ({ scopeName, operator, values }) as ScopedResourceSelectorRequirement;
  const term = { topologyKey: "zone", namespaceSelector: {} };
  const across = {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term }],
    },
  };
  it.each<[string, ScopedResourceSelectorRequirement, object, boolean]>([
    ["an end", requirement("Terminating"), { activeDeadlineSeconds: 0 }, true],
    ["no end", requirement("NotTerminating"), { activeDeadlineSeconds: 0 }, false],
    ["no requests", requirement("BestEffort"), { containers: [{}] }, true],
    ["requests", requirement("NotBestEffort"), { containers: [requests({ cpu: "1" })] }, true],
    ["a class", requirement("PriorityClass"), { priorityClassName: "a" }, true],
    ["no class", requirement("PriorityClass", "DoesNotExist"), {}, true],
    ["one of", requirement("PriorityClass", "In", ["a"]), { priorityClassName: "a" }, true],
    ["another", requirement("PriorityClass", "In", ["a"]), { priorityClassName: "b" }, false],
    ["none of", requirement("PriorityClass", "NotIn", ["a"]), {}, true],
    ["not this", requirement("PriorityClass", "NotIn", ["a"]), { priorityClassName: "a" }, false],
    ["others' pods", requirement("CrossNamespacePodAffinity"), { affinity: across }, true],
    ["nobody's pods", requirement("CrossNamespacePodAffinity"), { affinity: {} }, false],
    ["what claims have", requirement("VolumeAttributesClass"), {}, false],
  ])("of pods: %s", (_case, scope, spec, expected) => {
    const pod = { metadata: {}, spec } as KubeObject;
    expect(evaluator("pods").matchesScope(scope, pod)).toBe(expected);
  });

  it("keep out what knows none of them", () => {
    const quota = {
      metadata: {},
      spec: { scopes: ["BestEffort"] },
      status: { hard: { services: "1" } },
    } as ResourceQuota;
    const service = { metadata: {} } as KubeObject;
    expect(matchesQuota(evaluator("services"), quota, service)).toBe(false);
  });

  it("of claims: every class that they have, want or move to", () => {
    const claim = {
      metadata: {},
      spec: { volumeAttributesClassName: "new" },
      status: { currentVolumeAttributesClassName: "old" },
    } as unknown as KubeObject;
    const holds = (...args: Parameters<typeof requirement>) =>
      evaluator("persistentvolumeclaims").matchesScope(requirement(...args), claim);
    expect(holds("VolumeAttributesClass", "In", ["old"])).toBe(true);
    expect(holds("VolumeAttributesClass", "NotIn", ["old"])).toBe(true);
    expect(holds("VolumeAttributesClass", "NotIn", ["old", "new"])).toBe(false);
    expect(holds("PriorityClass")).toBe(false);
  });
});

describe("names in quotas", () => {
  it("are of those that use them", () => {
    const names = [
      "cpu",
      "requests.cpu",
      "hugepages-2Mi",
      "requests.hugepages-2Mi",
      "requests.example.com/gpu",
      "requests.storage",
      "gold.storageclass.storage.k8s.io/requests.storage",
      "gpu.deviceclass.resource.k8s.io/devices",
      "services.nodeports",
      "count/jobs.batch",
    ];
    expect(evaluator("pods").matchingResources(names)).toEqual(names.slice(0, 5));
    expect(evaluator("persistentvolumeclaims").matchingResources(names)).toEqual(names.slice(5, 7));
    expect(evaluator("resourceclaims", "resource.k8s.io").matchingResources(names)).toEqual([
      names[7],
    ]);
    expect(evaluator("services").matchingResources(names)).toEqual([names[8]]);
    expect(evaluator("jobs", "batch").matchingResources(names)).toEqual([names[9]]);
  });
});

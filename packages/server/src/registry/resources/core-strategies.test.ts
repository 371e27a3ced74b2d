import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { printFieldErrors } from "../../api/status-error.ts";
import type { Strategy, StrategyContext, UpdateHooks } from "../strategy.ts";
import { strategyOf } from "./index-of-strategies.ts";
import { bindPod, validateBinding } from "./pod-binding.ts";
import { decideEviction } from "./pod-eviction.ts";

const context: StrategyContext = {
  user: { name: "someone", groups: [] } as unknown as StrategyContext["user"],
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  name: "",
  namespace: "ns",
};

function strategy(resource: string, group = ""): Strategy {
  const found = strategyOf(group, resource);
  if (found === undefined) throw new Error(`no strategy for ${resource}`);
  return found;
}

function object(body: Record<string, unknown>): KubeObject {
  const { metadata = {}, ...rest } = body;
  return { metadata: { name: "x", namespace: "ns", ...(metadata as object) }, ...rest };
}

/** Runs the hooks of a create; answers the object and the errors as one text. */
function create(
  resource: string,
  body: Record<string, unknown>,
  group = "",
): { made: KubeObject; errors: string } {
  const hooks = strategy(resource, group);
  const made = structuredClone(object(body));
  hooks.defaults?.(made);
  hooks.prepareForCreate?.(made, context);
  const errors = hooks.validateCreate?.(made, context) ?? [];
  return { made, errors: errors.length === 0 ? "" : printFieldErrors(errors) };
}

function update(
  resource: string,
  body: Record<string, unknown>,
  old: KubeObject,
  subresource?: string,
): { made: KubeObject; errors: string } {
  const owner = strategy(resource);
  const hooks: UpdateHooks =
    subresource === undefined ? owner : (owner.subresources?.[subresource] ?? {});
  const made = structuredClone(object(body));
  owner.defaults?.(made);
  hooks.prepareForUpdate?.(made, old, context);
  const errors = hooks.validateUpdate?.(made, old, context) ?? [];
  return { made, errors: errors.length === 0 ? "" : printFieldErrors(errors) };
}

const CONTAINER = { name: "c", image: "i" };

describe("secrets", () => {
  it.each([
    [
      "token without account",
      { type: "kubernetes.io/service-account-token" },
      "metadata.annotations[kubernetes.io/service-account.name]: Required value",
    ],
    [
      "no JSON",
      { type: "kubernetes.io/dockerconfigjson", stringData: { ".dockerconfigjson": "x" } },
      "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'x' looking for beginning of value",
    ],
    [
      "no user",
      { type: "kubernetes.io/basic-auth" },
      "[data[username]: Required value, data[password]: Required value]",
    ],
    ["parent", { data: { "..": "" } }, "data[..]: Invalid value: \"..\": must not be '..'"],
    ["own type", { type: "example.com/t" }, ""],
  ])("%s", (_name, body, errors) => {
    expect(create("secrets", body).errors).toBe(errors);
  });

  it("counts decoded bytes, up to a mebibyte", () => {
    const most = "a".repeat(1024 * 1024);
    expect(create("secrets", { stringData: { k: most } }).errors).toBe("");
    expect(create("secrets", { stringData: { k: most, l: "b" } }).errors).toBe(
      "data: Too long: may not be more than 1048576 bytes",
    );
  });

  it("folds text into data and defaults the type", () => {
    const { made } = create("secrets", { data: { k: "dg==" }, stringData: { k: "é", m: "" } });
    expect(made).toMatchObject({ type: "Opaque", data: { k: "w6k=", m: "" } });
    expect(made).not.toHaveProperty("stringData");
  });

  it("keeps type and immutable data", () => {
    const old = create("secrets", { type: "a.b/c", immutable: true, data: { k: "" } }).made;
    expect(update("secrets", { type: "a.b/c", data: {} }, old).errors).toBe(
      "[immutable: Forbidden: field is immutable when `immutable` is set, data: Forbidden: field is immutable when `immutable` is set]",
    );
    expect(update("secrets", { immutable: true, data: { k: "" } }, old).errors).toBe(
      'type: Invalid value: "Opaque": field is immutable',
    );
  });

  it("warns of a pair that is no PEM", () => {
    const { made } = create("secrets", {
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": "x", "tls.key": "y" },
    });
    expect(strategy("secrets").warningsOnCreate?.(made)).toEqual([
      "tls: failed to find any PEM data in certificate input",
    ]);
  });
});

describe("service accounts", () => {
  it("reduces references to names", () => {
    const { made } = create("serviceaccounts", { secrets: [{ name: "a", kind: "Secret" }, {}] });
    expect(made.secrets).toEqual([{ name: "a" }, {}]);
  });

  it("warns once of the annotation", () => {
    const hooks = strategy("serviceaccounts");
    const marked = object({
      metadata: { annotations: { "kubernetes.io/enforce-mountable-secrets": "true" } },
    });
    expect(hooks.warningsOnCreate?.(marked)).toHaveLength(1);
    expect(hooks.warningsOnUpdate?.(marked, object({}))).toHaveLength(1);
    expect(hooks.warningsOnUpdate?.(marked, marked)).toEqual([]);
  });
});

describe("config maps", () => {
  it("refuses a key in both maps, and bad keys", () => {
    const { errors } = create("configmaps", { data: { a: "" }, binaryData: { a: "", "b c": "" } });
    expect(errors).toContain('data[a]: Invalid value: "a": duplicate of key present in binaryData');
    expect(errors).toContain('binaryData[b c]: Invalid value: "b c": a valid config key');
  });
});

describe("namespaces", () => {
  it("sets label, phase and finalizer", () => {
    const { made } = create("namespaces", {
      metadata: { labels: { "kubernetes.io/metadata.name": "other" } },
      spec: { finalizers: ["example.com/f"] },
      status: { phase: "Terminating" },
    });
    expect(made).toMatchObject({
      metadata: { labels: { "kubernetes.io/metadata.name": "x" } },
      spec: { finalizers: ["example.com/f", "kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it("changes finalizers by finalize alone", () => {
    const old = create("namespaces", {}).made;
    expect(update("namespaces", { spec: { finalizers: [] } }, old).made.spec).toEqual(old.spec);
    expect(update("namespaces", { spec: {} }, old, "finalize").made.spec).toEqual({});
    expect(update("namespaces", { spec: { finalizers: ["f"] } }, old, "finalize").errors).toBe(
      'spec.finalizers[0]: Invalid value: "f": name is neither a standard finalizer name nor is it fully qualified',
    );
  });

  it("ties the phase to the deletion", () => {
    const old = create("namespaces", {}).made;
    expect(update("namespaces", { status: { phase: "Terminating" } }, old, "status").errors).toBe(
      "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty",
    );
  });
});

describe("pods", () => {
  it.each([
    ["best effort", {}, "BestEffort"],
    ["burstable", { requests: { cpu: "1" } }, "Burstable"],
    ["guaranteed", { limits: { cpu: "1", memory: "1Gi" } }, "Guaranteed"],
  ])("classifies %s", (_name, resources, qosClass) => {
    const { made } = create("pods", { spec: { containers: [{ ...CONTAINER, resources }] } });
    expect(made.status).toEqual({ phase: "Pending", qosClass });
  });

  it.each([
    ["i", "Always"],
    ["i:latest", "Always"],
    ["host:5000/i", "Always"],
    ["i:1", "IfNotPresent"],
    [`i@sha256:${"a".repeat(64)}`, "IfNotPresent"],
  ])("pulls %s %s", (image, imagePullPolicy) => {
    const { made } = create("pods", { spec: { containers: [{ name: "c", image }] } });
    expect(made).toMatchObject({ spec: { containers: [{ imagePullPolicy }] } });
  });

  it("reads the account's alias when its name is empty, and writes both", () => {
    for (const spec of [
      { serviceAccount: "a" },
      { serviceAccountName: "a", serviceAccount: "b" },
    ]) {
      const { made } = create("pods", { spec: { ...spec, containers: [CONTAINER] } });
      expect(made.spec).toMatchObject({ serviceAccountName: "a", serviceAccount: "a" });
    }
  });

  it.each([
    ["nothing", {}, "spec.containers: Required value"],
    [
      "bad policy",
      { restartPolicy: "No", containers: [CONTAINER] },
      'spec.restartPolicy: Unsupported value: "No": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      "two sources",
      { containers: [CONTAINER], volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/" } }] },
      "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
    ],
    [
      "directory of no name",
      { containers: [CONTAINER], volumes: [{ name: "v", hostPath: { path: "", type: "Odd" } }] },
      "spec.volumes[0].hostPath.path: Required value",
    ],
    [
      "account",
      { serviceAccountName: "A", containers: [CONTAINER] },
      /^spec\.serviceAccountName: Invalid value: "A"/,
    ],
    [
      "gate and node",
      { nodeName: "n", schedulingGates: [{ name: "a/b" }], containers: [CONTAINER] },
      "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
    ],
    [
      "ephemeral",
      { containers: [CONTAINER], ephemeralContainers: [{ name: "e", image: "i" }] },
      "spec.ephemeralContainers: Forbidden: cannot be set on create",
    ],
  ])("refuses %s", (_name, spec, errors) => {
    const text = create("pods", { spec }).errors;
    if (typeof errors === "string") expect(text).toBe(errors);
    else expect(text).toMatch(errors);
  });

  it.each([
    [
      { path: "t", expirationSeconds: 599 },
      "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes",
    ],
    [{ path: "t", expirationSeconds: 4294967296 }, ""],
    [
      { path: "t", expirationSeconds: 4294967297 },
      "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
    ],
    [{}, "spec.volumes[0].projected.path: Required value"],
    [
      { path: "/t" },
      'spec.volumes[0].projected.path: Invalid value: "/t": must be a relative path',
    ],
    [
      { path: "..t" },
      "spec.volumes[0].projected.path: Invalid value: \"..t\": must not start with '..'",
    ],
    [
      { path: "a/../t" },
      "spec.volumes[0].projected.path: Invalid value: \"a/../t\": must not contain '..'",
    ],
  ])("projected token %j", (serviceAccountToken, errors) => {
    const volumes = [{ name: "v", projected: { sources: [{ serviceAccountToken }] } }];
    const spec = { serviceAccountName: "a", containers: [CONTAINER], volumes };
    expect(create("pods", { spec }).errors).toBe(errors);
  });

  const SPEC = {
    containers: [CONTAINER],
    activeDeadlineSeconds: 100,
    tolerations: [{ key: "k", operator: "Exists" }],
  };

  it.each([
    ["image", { ...SPEC, containers: [{ name: "c", image: "j", imagePullPolicy: "Always" }] }, ""],
    [
      "one more toleration",
      { ...SPEC, tolerations: [...SPEC.tolerations, { operator: "Exists" }] },
      "",
    ],
    [
      "longer deadline",
      { ...SPEC, activeDeadlineSeconds: 101 },
      "spec.activeDeadlineSeconds: Invalid value: 101: must be less than or equal to previous value",
    ],
    [
      "one more container",
      { ...SPEC, containers: [CONTAINER, { name: "d", image: "i" }] },
      "spec.containers: Forbidden: pod updates may not add or remove containers",
    ],
    [
      "node",
      { ...SPEC, nodeName: "n" },
      /^spec: Forbidden: pod updates may not change fields other than .*\n@@ -42,7 \+42,7 @@\n(?: .*\n){3}- "NodeName": "",\n\+ "NodeName": "n",\n(?: .*\n){3}$/,
    ],
  ])("updates: %s", (_name, spec, errors) => {
    const old = create("pods", { spec: SPEC }).made;
    const text = update("pods", { spec }, old).errors;
    if (typeof errors === "string") expect(text).toBe(errors);
    else expect(text).toMatch(errors);
  });

  it("lets status change everything but its class and the spec", () => {
    const old = create("pods", { spec: SPEC }).made;
    const { made, errors } = update(
      "pods",
      { spec: { nodeName: "n" }, status: { phase: "Odd", qosClass: "Guaranteed" } },
      old,
      "status",
    );
    expect(made.spec).toBe(old.spec);
    expect(errors).toBe('status.qosClass: Invalid value: "Guaranteed": field is immutable');
  });

  it("takes of a resize nothing but resources", () => {
    const old = create("pods", {
      spec: { containers: [{ ...CONTAINER, resources: { requests: { cpu: "1" } } }] },
    }).made;
    const { made, errors } = update(
      "pods",
      {
        spec: {
          containers: [{ name: "c", image: "other", resources: { requests: { cpu: "2" } } }],
        },
      },
      old,
      "resize",
    );
    expect(errors).toBe("");
    expect(made).toMatchObject({
      spec: { containers: [{ image: "i", resources: { requests: { cpu: "2" } } }] },
    });
  });

  it.each([
    ["unscheduled", {}, {}, 60, 0],
    ["its own", { nodeName: "n", terminationGracePeriodSeconds: 5 }, {}, undefined, 5],
    ["asked for", { nodeName: "n" }, {}, 7, 7],
    ["negative", { nodeName: "n" }, {}, -1, 1],
    ["finished", { nodeName: "n" }, { phase: "Failed" }, 60, 0],
  ])("grace of a pod: %s", (_name, spec, status, requested, seconds) => {
    const pod = object({ spec, status });
    expect(strategy("pods").gracePeriodSeconds?.(pod, requested)).toBe(seconds);
  });

  it("binds once", () => {
    const pod = create("pods", { spec: { containers: [CONTAINER] } }).made;
    const binding = { metadata: { annotations: { a: "b" } }, target: { name: "n" } };
    expect(validateBinding(binding)).toEqual([]);
    expect(bindPod(pod, binding, context.now)).toBeUndefined();
    expect(pod).toMatchObject({
      metadata: { annotations: { a: "b" } },
      spec: { nodeName: "n" },
      status: {
        conditions: [
          { type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-02T03:04:05Z" },
        ],
      },
    });
    expect(bindPod(pod, binding, context.now)).toBe('pod x is already assigned to node "n"');
  });

  it("asks the budget of a running pod", () => {
    const budget = object({
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 },
    });
    const running = object({ status: { phase: "Running" } });
    expect(decideEviction(running, [budget])).toMatchObject({
      action: "wait",
      cause: "The disruption budget x needs 2 healthy pods and has 1 currently",
    });
    expect(decideEviction(object({ status: { phase: "Pending" } }), [budget]).action).toBe("evict");
    expect(decideEviction(running, [budget, budget]).action).toBe("fail");
  });
});

describe("services", () => {
  it("fills families in", () => {
    expect(
      create("services", { spec: { ports: [{ port: 80 }], selector: { a: "b" } } }).made.spec,
    ).toMatchObject({
      ports: [{ port: 80, targetPort: 80, protocol: "TCP" }],
      type: "ClusterIP",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
    });
    expect(create("services", { spec: { clusterIP: "None" } }).made.spec).toMatchObject({
      clusterIPs: ["None"],
      ipFamilies: ["IPv4", "IPv6"],
      ipFamilyPolicy: "RequireDualStack",
    });
  });

  it("keeps what was allocated", () => {
    const old = object({
      spec: {
        type: "ClusterIP",
        clusterIP: "10.96.0.9",
        clusterIPs: ["10.96.0.9"],
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
      },
    });
    const { made, errors } = update("services", { spec: { ports: [{ port: 1 }] } }, old);
    expect(errors).toBe("");
    expect(made.spec).toMatchObject({ clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] });
    expect(
      update("services", { spec: { clusterIP: "10.96.0.8", ports: [{ port: 1 }] } }, old).errors,
    ).toBe('spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set');
  });

  it("keeps its conditions, whatever its type", () => {
    const conditions = [{ type: "Ready", status: "True" }];
    const spec = { clusterIP: "None", clusterIPs: ["None"] };
    const old = object({ spec, status: { loadBalancer: {}, conditions } });
    const { made } = update("services", { spec: { ...spec, ports: [{ port: 1 }] } }, old);
    expect(made.status).toMatchObject({ loadBalancer: {}, conditions });
  });
});

describe("events", () => {
  it.each([
    [
      "",
      { involvedObject: { namespace: "other" } },
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ],
    ["", { involvedObject: { namespace: "ns" }, type: "Strange" }, ""],
    [
      "events.k8s.io",
      { regarding: { namespace: "ns" } },
      '[eventTime: Required value, type: Invalid value: "": has invalid value: ]',
    ],
  ])("%s %j", (group, body, errors) => {
    expect(create("events", body, group).errors).toBe(errors);
  });
});

describe("claims", () => {
  const SPEC = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  it("needs a size and a mode", () => {
    expect(create("persistentvolumeclaims", { spec: {} }).errors).toBe(
      "[spec.accessModes: Required value: at least 1 access mode is required, spec.resources[storage]: Required value]",
    );
    expect(create("persistentvolumeclaims", { spec: SPEC }).errors).toBe("");
  });
  it("is immutable but for its volume", () => {
    const old = create("persistentvolumeclaims", { spec: SPEC }).made;
    expect(
      update("persistentvolumeclaims", { spec: { ...SPEC, volumeName: "v" } }, old).errors,
    ).toBe("");
    const changed = { ...SPEC, accessModes: ["ReadOnlyMany"] };
    expect(update("persistentvolumeclaims", { spec: changed }, old).errors).toMatch(
      /^spec: Forbidden: spec is immutable/,
    );
  });
});

describe("limits, quotas, leases, nodes", () => {
  it.each([
    [
      "limitranges",
      "",
      { spec: { limits: [{ type: "Container", min: { cpu: "2" }, max: { cpu: "1" } }] } },
      /min value 2 is greater than max value 1/,
    ],
    [
      "resourcequotas",
      "",
      { spec: { hard: { bogus: "1" } } },
      /must be a standard resource for quota/,
    ],
    [
      "leases",
      "coordination.k8s.io",
      { spec: { leaseDurationSeconds: 0 } },
      /^spec\.leaseDurationSeconds: Invalid value: 0: must be greater than 0$/,
    ],
    [
      "nodes",
      "",
      { spec: { taints: [{ key: "a", effect: "Odd" }] } },
      /^metadata\.taints\[0\]\.effect: Unsupported value: "Odd"/,
    ],
    [
      "nodes",
      "",
      { spec: { podCIDRs: ["10.0.0.0/24", "x"] } },
      /spec\.podCIDRs: Internal error: invalid PodCIDRs\. .*invalid CIDR\[1\]: <nil> \(invalid CIDR address: x\), spec\.podCIDRs: Invalid value/,
    ],
    [
      "persistentvolumes",
      "",
      { spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] } },
      /^spec: Required value: must specify a volume type$/,
    ],
    [
      "replicationcontrollers",
      "",
      { spec: {} },
      /^\[spec\.selector: Required value, spec\.template: Required value\]$/,
    ],
    ["podtemplates", "", { template: {} }, /^template\.spec\.containers: Required value$/],
    [
      "endpoints",
      "",
      { subsets: [{ addresses: [{ ip: "127.0.0.1" }] }] },
      /may not be in the loopback range/,
    ],
  ])("%s", (resource, group, body, errors) => {
    expect(create(resource, body, group).errors).toMatch(errors);
  });
});

import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { servedGroups } from "../../api/schema/resources.ts";
import { printerOf } from "./printers.ts";
import { defaultPrinter } from "./table-printer.ts";

const NOW = Date.parse("2026-05-01T00:00:00Z");
const CREATED = "2026-04-30T00:00:00Z";

type Cells = readonly unknown[];

/** Rows that no recording shows: object without metadata, and its cells. */
const cases: readonly [string, string, Record<string, unknown>, Cells][] = [
  [
    "",
    "services",
    {
      spec: {
        type: "LoadBalancer",
        clusterIPs: ["10.0.0.1"],
        externalIPs: ["192.0.2.1"],
        ports: [{ port: 80, nodePort: 30080, protocol: "TCP" }],
      },
      status: { loadBalancer: { ingress: [{ hostname: "b.example" }, { ip: "198.51.100.1" }] } },
    },
    [
      "n",
      "LoadBalancer",
      "10.0.0.1",
      "198.51.100.1,b.example,192.0.2.1",
      "80:30080/TCP",
      "24h",
      "<none>",
    ],
  ],
  [
    "",
    "services",
    { spec: { type: "LoadBalancer" } },
    ["n", "LoadBalancer", "<none>", "<pending>", "<none>", "24h", "<none>"],
  ],
  ["", "endpoints", { subsets: [{ addresses: [], ports: [] }] }, ["n", "", "24h"]],
  [
    "",
    "endpoints",
    { subsets: [{ addresses: [{ ip: "2001:db8::1" }], ports: [{ port: 80 }, { port: 81 }] }] },
    ["n", "[2001:db8::1]:80,[2001:db8::1]:81", "24h"],
  ],
  ["", "namespaces", { status: { phase: "Terminating" } }, ["n", "Terminating", "24h"]],
  [
    "",
    "persistentvolumes",
    {
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOncePod", "ReadWriteOnce", "ReadWriteOnce"],
        claimRef: { namespace: "a", name: "b" },
        storageClassName: "fast",
      },
      status: { phase: "Bound" },
    },
    ["n", "1Gi", "RWO,RWOP", "", "Bound", "a/b", "fast", "<unset>", "", "24h", "<unset>"],
  ],
  [
    "",
    "persistentvolumeclaims",
    {
      spec: { volumeName: "v" },
      status: { phase: "Bound", capacity: { storage: "2Gi" }, accessModes: ["ReadOnlyMany"] },
    },
    ["n", "Bound", "v", "2Gi", "ROX", "", "<unset>", "24h", "<unset>"],
  ],
  [
    "",
    "nodes",
    {
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        addresses: [{ type: "InternalIP", address: "10.1.1.1" }],
        nodeInfo: { kubeletVersion: "v1.36.0", kernelVersion: "6.1", architecture: "amd64" },
      },
    },
    [
      "n",
      "Ready,SchedulingDisabled",
      "<none>",
      "24h",
      "v1.36.0",
      "10.1.1.1",
      "<none>",
      "<unknown>",
      "6.1 (amd64)",
      "<unknown>",
    ],
  ],
  [
    "",
    "nodes",
    {},
    [
      "n",
      "Unknown",
      "<none>",
      "24h",
      "",
      "<none>",
      "<none>",
      "<unknown>",
      "<unknown>",
      "<unknown>",
    ],
  ],
  ["", "componentstatuses", {}, ["n", "Unknown", "", ""]],
  [
    "",
    "componentstatuses",
    { conditions: [{ type: "Healthy", status: "False", error: "refused" }] },
    ["n", "Unhealthy", "", "refused"],
  ],
  [
    "apps",
    "controllerrevisions",
    { revision: 2, metadata: { name: "n", creationTimestamp: CREATED, ownerReferences: [] } },
    ["n", "<none>", 2, "24h"],
  ],
  [
    "batch",
    "jobs",
    {
      spec: { parallelism: 3 },
      status: {
        startTime: CREATED,
        completionTime: "2026-04-30T00:01:30Z",
        succeeded: 1,
        conditions: [{ type: "Complete", status: "True" }],
      },
    },
    ["n", "Complete", "1/1 of 3", "90s", "24h", "", "", "<none>"],
  ],
  [
    "batch",
    "jobs",
    {
      spec: {},
      status: { startTime: CREATED, conditions: [{ type: "FailureTarget", status: "True" }] },
    },
    ["n", "FailureTarget", "0/1", "24h", "24h", "", "", "<none>"],
  ],
  [
    "networking.k8s.io",
    "ingresses",
    {
      spec: { tls: [{}], rules: [{ host: "a" }, {}, { host: "b" }, { host: "c" }, { host: "d" }] },
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.9" }] } },
    },
    ["n", "<none>", "a,b,c + 2 more...", "192.0.2.9", "80, 443", "24h"],
  ],
  [
    "admissionregistration.k8s.io",
    "validatingadmissionpolicybindings",
    {
      spec: {
        policyName: "p",
        paramRef: {
          selector: {
            matchLabels: { b: "2", a: "1" },
            matchExpressions: [{ key: "k", operator: "In", values: ["x", "y"] }],
          },
        },
      },
    },
    [
      "n",
      "p",
      "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}",
      "24h",
    ],
  ],
  [
    "autoscaling",
    "horizontalpodautoscalers",
    {
      apiVersion: "autoscaling/v1",
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "d" },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
      status: { currentReplicas: 2, desiredReplicas: 2, currentCPUUtilizationPercentage: 40 },
    },
    ["n", "Deployment/d", "cpu: 40%/50%", "<unset>", 3, 2, "24h"],
  ],
  [
    "resource.k8s.io",
    "resourceclaims",
    { status: { allocation: {}, reservedFor: [{}] } },
    ["n", "allocated,reserved", "24h"],
  ],
  ["resource.k8s.io", "resourceclaims", {}, ["n", "pending", "24h"]],
  ["flowcontrol.apiserver.k8s.io", "flowschemas", {}, ["n", "", 0, "<none>", "24h", "?"]],
  [
    "storage.k8s.io",
    "storageclasses",
    {
      provisioner: "p",
      metadata: {
        name: "n",
        creationTimestamp: CREATED,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
    },
    ["n (default)", "p", "Delete", "Immediate", false, "24h"],
  ],
];

describe("cells", () => {
  test.each(cases)("%s/%s %#", (group, resource, fields, expected) => {
    const object: KubeObject = { metadata: { name: "n", creationTimestamp: CREATED }, ...fields };
    expect(printerOf(group, resource).cells(object, NOW)).toEqual(expected);
  });
});

test("an unknown resource has the default columns", () => {
  expect(printerOf("example.com", "widgets")).toBe(defaultPrinter);
  expect(printerOf("", "toString")).toBe(defaultPrinter);
});

/** Kinds for which upstream has no printer. */
const WITHOUT_PRINTER = ["limitranges", "roles", "clusterroles", "csistoragecapacities"];

test("every stored kind prints, even without any field", () => {
  for (const { versions } of servedGroups()) {
    for (const { group, resource, verbs } of versions.flatMap((version) => version.resources)) {
      if (!verbs.includes("list")) continue;
      const printer = printerOf(group, resource);
      expect([resource, printer === defaultPrinter]).toEqual([
        resource,
        WITHOUT_PRINTER.includes(resource),
      ]);
      const cells = printer.cells({ metadata: {}, spec: {} }, NOW);
      const hidden = resource === "ipaddresses" ? 1 : 0;
      expect([resource, cells.length]).toEqual([resource, printer.columns.length + hidden]);
      expect([resource, cells.includes(undefined)]).toEqual([resource, false]);
    }
  }
});

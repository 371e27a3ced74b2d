import { describe, expect, it } from "vitest";
import type { EndpointSlice, Node, Pod, Service, ServiceSpec } from "../../api/types.ts";
import { planSlices, type SlicePlan } from "./plan-slices.ts";
import { SliceTracker } from "./slice-tracker.ts";

const NODES: Readonly<Record<string, Node>> = {
  "node-a": { metadata: { name: "node-a", labels: { "topology.kubernetes.io/zone": "a" } } },
  "node-b": { metadata: { name: "node-b" } },
};
const nodeOf = (name: string) => NODES[name];
const OWN_LABELS = {
  "kubernetes.io/service-name": "web",
  "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
};

function service(spec: Partial<ServiceSpec> = {}, metadata: Service["metadata"] = {}): Service {
  return {
    metadata: { namespace: "n", name: "web", uid: "service", ...metadata },
    spec: {
      clusterIP: "10.96.0.9",
      ipFamilies: ["IPv4"],
      selector: { app: "web" },
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
      ...spec,
    },
  };
}

function pod(number: number, { ready = true, node = "node-b", ips = [ipOf(number)] } = {}): Pod {
  const name = `pod-${String(number).padStart(3, "0")}`;
  return {
    metadata: { namespace: "n", name, uid: name },
    spec: { nodeName: node, containers: [] },
    status: {
      podIPs: ips.map((ip) => ({ ip })),
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    },
  };
}

function ipOf(number: number): string {
  return `10.0.${number >> 8}.${number & 255}`;
}

const manyPods = (count: number, from = 0): Pod[] =>
  Array.from({ length: count }, (_, index) => pod(from + index));

/** The slices after a plan was carried out. */
function apply(slices: readonly EndpointSlice[], plan: SlicePlan): EndpointSlice[] {
  const gone = new Set(plan.remove.map(({ metadata }) => metadata.name));
  const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
  const kept = slices
    .filter(({ metadata }) => !gone.has(metadata.name))
    .map((slice) => updated.get(slice.metadata.name) ?? slice);
  const made = plan.create.map((slice, index) => {
    const name = `web-${slices.length}-${index}`;
    return { ...slice, metadata: { ...slice.metadata, name, uid: name } };
  });
  return [...kept, ...made];
}

const settle = (owner: Service, pods: Pod[], slices: EndpointSlice[] = []): EndpointSlice[] =>
  apply(slices, planSlices({ service: owner, pods, slices, nodeOf }));
const sizes = (slices: readonly EndpointSlice[]) =>
  slices.map(({ endpoints }) => endpoints?.length ?? 0);
const counts = ({ create, update, remove }: SlicePlan) => [
  create.length,
  update.length,
  remove.length,
];

describe("the slices of a service", () => {
  it("hold its pods, their state and where they are", () => {
    const plan = planSlices({
      service: service({}, { labels: { own: "label" } }),
      pods: [pod(1, { node: "node-a" }), pod(2, { ready: false })],
      slices: [],
      nodeOf,
    });
    expect(plan).toEqual({
      create: [
        {
          metadata: {
            generateName: "web-",
            namespace: "n",
            labels: { own: "label", ...OWN_LABELS },
            ownerReferences: [
              {
                apiVersion: "v1",
                kind: "Service",
                name: "web",
                uid: "service",
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          },
          addressType: "IPv4",
          endpoints: [
            {
              addresses: ["10.0.0.1"],
              conditions: { ready: true, serving: true, terminating: false },
              targetRef: { kind: "Pod", namespace: "n", name: "pod-001", uid: "pod-001" },
              nodeName: "node-a",
              zone: "a",
            },
            {
              addresses: ["10.0.0.2"],
              conditions: { ready: false, serving: false, terminating: false },
              targetRef: { kind: "Pod", namespace: "n", name: "pod-002", uid: "pod-002" },
              nodeName: "node-b",
            },
          ],
          ports: [{ name: "http", port: 8080, protocol: "TCP" }],
        },
      ],
      update: [],
      remove: [],
      problems: [],
    });
  });

  it("need nothing when nothing has changed", () => {
    const pods = manyPods(3);
    const slices = settle(service(), pods);
    expect(counts(planSlices({ service: service(), pods, slices, nodeOf }))).toEqual([0, 0, 0]);
  });

  it("hold a hundred endpoints each, and change as few as they can", () => {
    const slices = settle(service(), manyPods(250));
    expect(sizes(slices)).toEqual([100, 100, 50]);
    const facts = { service: service(), slices, nodeOf };
    const more = planSlices({ ...facts, pods: manyPods(260) });
    expect(counts(more)).toEqual([0, 1, 0]);
    expect(sizes(more.update)).toEqual([60]);
    const swapped = planSlices({ ...facts, pods: manyPods(250, 5) });
    expect(counts(swapped)).toEqual([0, 1, 0]);
    expect(sizes(swapped.update)).toEqual([100]);
    const emptied = planSlices({ ...facts, pods: manyPods(200) });
    expect(counts(emptied)).toEqual([0, 0, 1]);
    // Where no slice has room for all that are left, none is touched.
    expect(sizes(settle(service(), manyPods(420), slices))).toEqual([100, 100, 50, 100, 70]);
  });

  it("are apart where pods listen on different ports", () => {
    const named = service({
      ports: [{ name: "http", port: 80, targetPort: "web", protocol: "TCP" }],
    });
    const on = (number: number, containerPort: number): Pod => ({
      ...pod(number),
      spec: {
        nodeName: "node-b",
        containers: [{ name: "c", ports: [{ name: "web", containerPort, protocol: "TCP" }] }],
      },
    });
    const slices = settle(named, [on(1, 8080), on(2, 9090), on(3, 8080)]);
    expect(slices.map(({ ports }) => ports?.[0]?.port)).toEqual([8080, 9090]);
    expect(sizes(slices)).toEqual([2, 1]);
    // Those of one port become those of the other.
    const plan = planSlices({
      service: named,
      pods: [on(1, 7070), on(2, 9090), on(3, 7070)],
      slices,
      nodeOf,
    });
    expect(counts(plan)).toEqual([0, 1, 0]);
    expect(plan.update[0]).toMatchObject({
      metadata: { name: "web-0-0" },
      ports: [{ port: 7070 }],
    });
  });

  it("are one that is empty where there is nothing to hold", () => {
    const [placeholder] = settle(service(), []);
    expect(placeholder).toMatchObject({ endpoints: [], ports: [] });
    const slices = placeholder === undefined ? [] : [placeholder];
    const again = { pods: [], slices, nodeOf };
    expect(counts(planSlices({ ...again, service: service() }))).toEqual([0, 0, 0]);
    const labelled = service({}, { labels: { a: "b" } });
    expect(counts(planSlices({ ...again, service: labelled }))).toEqual([0, 1, 0]);
    const filled = planSlices({ service: service(), pods: manyPods(1), slices, nodeOf });
    expect(counts(filled)).toEqual([0, 1, 0]);
    expect(filled.update[0]).toMatchObject({ ports: [{ port: 8080 }], endpoints: [{}] });
  });

  it("have the labels of their service", () => {
    const slices = settle(service(), manyPods(1));
    const labels = { a: "b", "kubernetes.io/service-name": "mine" };
    const headless = service({ clusterIP: "None" }, { labels });
    const plan = planSlices({ service: headless, pods: manyPods(1), slices, nodeOf });
    expect(counts(plan)).toEqual([0, 1, 0]);
    expect(plan.update[0]?.metadata.labels).toEqual({
      a: "b",
      ...OWN_LABELS,
      "service.kubernetes.io/headless": "",
    });
  });

  it("are of every family that the service has, and of no other", () => {
    const ips = ["10.0.0.1", "fd00::1"];
    const both = service({ ipFamilies: ["IPv6", "IPv4"] });
    const slices = settle(both, [pod(1, { ips })]);
    expect(
      slices.map(({ addressType, endpoints }) => [addressType, endpoints?.[0]?.addresses]),
    ).toEqual([
      ["IPv4", ["10.0.0.1"]],
      ["IPv6", ["fd00::1"]],
    ]);
    const plan = planSlices({ service: service(), pods: [pod(1, { ips })], slices, nodeOf });
    expect(counts(plan)).toEqual([0, 0, 1]);
    expect(plan.remove[0]?.addressType).toBe("IPv6");
  });

  it("of a service that was here before are not touched, but removed", () => {
    const slices = settle(service({}, { uid: "before" }), manyPods(1));
    const plan = planSlices({ service: service(), pods: manyPods(1), slices, nodeOf });
    expect(counts(plan)).toEqual([1, 0, 1]);
  });

  it("leave pods out whose node is gone, unless every pod is wanted", () => {
    const pods = [pod(1), pod(2, { node: "gone" })];
    const facts = { pods, slices: [], nodeOf };
    const plan = planSlices({ ...facts, service: service() });
    expect(sizes(plan.create)).toEqual([1]);
    expect(plan.problems).toEqual(["skipping Pod pod-002 for Service n/web: Node gone Not Found"]);
    const all = planSlices({ ...facts, service: service({ publishNotReadyAddresses: true }) });
    expect(sizes(all.create)).toEqual([2]);
    expect(all.problems).toEqual([]);
  });
});

describe("hints of endpoints", () => {
  const NEAR = [pod(1, { node: "node-a" }), pod(2), pod(3, { node: "node-a", ready: false })];
  const hints = (slices: readonly EndpointSlice[]) =>
    slices.flatMap(({ endpoints }) => (endpoints ?? []).map((endpoint) => endpoint.hints));
  const zone = { forZones: [{ name: "a" }] };
  const nodes = (name: string) => ({ forNodes: [{ name }] });
  const prefer = (trafficDistribution: string, metadata = {}) =>
    service({ trafficDistribution }, metadata);

  it.each<[string, Service, readonly unknown[]]>([
    ["none", service(), [undefined, undefined, undefined]],
    ["what is close", prefer("PreferClose"), [zone, undefined, undefined]],
    ["the same zone", prefer("PreferSameZone"), [zone, undefined, undefined]],
    [
      "the same node",
      prefer("PreferSameNode"),
      [{ ...zone, ...nodes("node-a") }, nodes("node-b"), undefined],
    ],
    [
      "not with shares of zones",
      prefer("PreferClose", { annotations: { "service.kubernetes.io/topology-mode": "Auto" } }),
      [undefined, undefined, undefined],
    ],
  ])("%s", (_case, owner, expected) => {
    const slices = settle(owner, NEAR);
    expect(hints(slices)).toEqual(expected);
    const again = planSlices({ service: owner, pods: NEAR, slices, nodeOf });
    expect(counts(again)).toEqual([0, 0, 0]);
    // They come and go with the preference, where nothing else changes.
    const plain = settle(service(), NEAR, slices);
    expect(hints(plain)).toEqual([undefined, undefined, undefined]);
    expect(hints(settle(owner, NEAR, plain))).toEqual(expected);
  });
});

describe("what is known of slices that were written", () => {
  const KEY = { namespace: "n", name: "web" };
  const slice = (uid: string, generation: number): EndpointSlice => ({
    metadata: { namespace: "n", name: uid, uid, generation, labels: OWN_LABELS },
    addressType: "IPv4",
  });

  it("is behind while it lacks them, or has them as they were", () => {
    const tracker = new SliceTracker();
    expect(tracker.isStale(KEY, [])).toBe(false);
    tracker.written(slice("a", 2));
    expect(tracker.isStale(KEY, [])).toBe(true);
    expect(tracker.isStale(KEY, [slice("a", 1)])).toBe(true);
    expect(tracker.isStale(KEY, [slice("a", 2)])).toBe(false);
    expect(tracker.isStale(KEY, [slice("a", 3), slice("b", 1)])).toBe(false);
    expect(tracker.isStale({ namespace: "n", name: "other" }, [])).toBe(false);
    tracker.removed(slice("a", 2));
    expect(tracker.isStale(KEY, [slice("a", 3)])).toBe(true);
    expect(tracker.isStale(KEY, [])).toBe(false);
  });

  it("tells what somebody else did", () => {
    const tracker = new SliceTracker();
    expect(tracker.isNews(slice("a", 1))).toBe(true);
    tracker.written(slice("a", 2));
    expect([1, 2, 3].map((generation) => tracker.isNews(slice("a", generation)))).toEqual([
      false,
      false,
      true,
    ]);
    expect(tracker.gone(slice("a", 2))).toBe(true);
    expect(tracker.gone(slice("a", 2))).toBe(false);
    tracker.removed(slice("b", 1));
    expect(tracker.gone(slice("b", 1))).toBe(false);
  });

  it("is forgotten with the service", () => {
    const tracker = new SliceTracker();
    tracker.written(slice("a", 2));
    tracker.forget(KEY);
    expect(tracker.isStale(KEY, [])).toBe(false);
  });
});

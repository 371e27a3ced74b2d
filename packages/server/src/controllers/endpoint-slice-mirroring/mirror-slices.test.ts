import { describe, expect, it } from "vitest";
import type { EndpointSlice, EndpointSubset, Endpoints } from "../../api/types.ts";
import { MAX_MIRRORED, planMirror } from "./mirror-slices.ts";

function endpoints(subsets: EndpointSubset[], more: object = {}): Endpoints {
  return { metadata: { namespace: "n", name: "web", uid: "1", ...more }, subsets };
}

const port = (name: string, number: number) => ({ name, port: number, protocol: "TCP" as const });
const HTTP = [port("http", 80)];

/** The slices that a plan creates, as they would be known afterwards. */
function made(of: Endpoints): EndpointSlice[] {
  return planMirror(of, []).create.map((slice, index) => {
    const { generateName: _prefix, ...metadata } = slice.metadata;
    return { ...slice, metadata: { ...metadata, name: `web-${index}` } };
  });
}

describe("slices that mirror Endpoints", () => {
  it("say what those say, and whose they are", () => {
    const of = endpoints(
      [
        {
          addresses: [{ ip: "10.0.0.1", nodeName: "a", hostname: "h" }],
          notReadyAddresses: [{ ip: "10.0.0.2" }],
          ports: HTTP,
        },
      ],
      {
        labels: { a: "b" },
        annotations: {
          c: "d",
          "endpoints.kubernetes.io/last-change-trigger-time": "now",
          "kubectl.kubernetes.io/last-applied-configuration": "{}",
        },
      },
    );
    expect(planMirror(of, [])).toEqual({
      create: [
        {
          metadata: {
            generateName: "web-",
            namespace: "n",
            labels: {
              a: "b",
              "kubernetes.io/service-name": "web",
              "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
            },
            annotations: { c: "d" },
            ownerReferences: [
              {
                apiVersion: "v1",
                kind: "Endpoints",
                name: "web",
                uid: "1",
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          },
          addressType: "IPv4",
          endpoints: [
            { addresses: ["10.0.0.1"], conditions: { ready: true }, nodeName: "a", hostname: "h" },
            { addresses: ["10.0.0.2"], conditions: { ready: false } },
          ],
          ports: [{ name: "http", port: 80, protocol: "TCP" }],
        },
      ],
      update: [],
      remove: [],
      skipped: 0,
    });
  });

  it("are one for each family and set of ports", () => {
    const of = endpoints([
      { addresses: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }], ports: HTTP },
      { addresses: [{ ip: "10.0.0.2" }], ports: [port("other", 81)] },
    ]);
    const slices = made(of).map(({ addressType, ports }) => `${addressType} ${ports?.[0]?.name}`);
    expect(slices.sort()).toEqual(["IPv4 http", "IPv4 other", "IPv6 http"]);
  });

  it("hold no more than so many of a subset", () => {
    const addresses = Array.from({ length: MAX_MIRRORED + 5 }, (_none, index) => ({
      ip: `10.1.${index >> 8}.${index & 255}`,
    }));
    const { create, skipped } = planMirror(endpoints([{ addresses, ports: HTTP }]), []);
    expect(create.map((slice) => slice.endpoints?.length)).toEqual([MAX_MIRRORED]);
    expect(skipped).toBe(5);
  });

  const one = endpoints([{ addresses: [{ ip: "10.0.0.1" }], ports: HTTP }]);

  it("stay as they are when nothing has changed", () => {
    expect(planMirror(one, made(one))).toEqual({ create: [], update: [], remove: [], skipped: 0 });
  });

  it.each<[string, Endpoints]>([
    [
      "another address",
      endpoints([{ addresses: [{ ip: "10.0.0.1" }, { ip: "10.0.0.9" }], ports: HTTP }]),
    ],
    [
      "an address less ready",
      endpoints([{ notReadyAddresses: [{ ip: "10.0.0.1" }], ports: HTTP }]),
    ],
    ["another label", { ...one, metadata: { ...one.metadata, labels: { x: "y" } } }],
    ["another annotation", { ...one, metadata: { ...one.metadata, annotations: { x: "y" } } }],
    ["another life", { ...one, metadata: { ...one.metadata, uid: "2" } }],
  ])("are rewritten for %s", (_case, changed) => {
    const { create, update, remove } = planMirror(changed, made(one));
    expect([create.length, update.length, remove.length]).toEqual([0, 1, 0]);
    expect(update[0]?.metadata.name).toBe("web-0");
  });

  it("are used again for other ports, and the rest goes", () => {
    const two = endpoints([
      { addresses: [{ ip: "10.0.0.1" }], ports: HTTP },
      { addresses: [{ ip: "10.0.0.2" }], ports: [port("b", 81)] },
    ]);
    const other = endpoints([{ addresses: [{ ip: "10.0.0.1" }], ports: [port("c", 82)] }]);
    const { create, update, remove } = planMirror(other, made(two));
    expect([create.length, update.length, remove.length]).toEqual([0, 1, 1]);
    expect(update[0]?.ports?.[0]?.name).toBe("c");
    expect(planMirror(endpoints([]), made(two)).remove).toHaveLength(2);
  });
});

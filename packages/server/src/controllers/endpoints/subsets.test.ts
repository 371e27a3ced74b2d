import { describe, expect, it } from "vitest";
import type { EndpointAddress, EndpointPort, EndpointSubset, Protocol } from "../../api/types.ts";
import { isOverCapacity, truncateSubsets } from "./capacity.ts";
import { repackSubsets } from "./subsets.ts";

const port = (name: string, number: number, protocol: Protocol = "TCP"): EndpointPort => ({
  name,
  port: number,
  protocol,
});
const HTTP = port("http", 80);
const HTTPS = port("https", 443);
const address = (ip: string, uid = ip): EndpointAddress => ({
  ip,
  nodeName: "node",
  targetRef: { kind: "Pod", uid },
});
const A = address("10.0.0.1");
const B = address("10.0.0.2");

describe("subsets in the one form that is compared", () => {
  // What k8s.io/kubernetes/pkg/api/v1/endpoints answers.
  it.each<[string, readonly EndpointSubset[], readonly EndpointSubset[]]>([
    ["are none", [], []],
    [
      "put together what has the same ports",
      [
        { addresses: [B], ports: [HTTP] },
        { addresses: [B], ports: [HTTPS] },
        { addresses: [A], ports: [HTTP] },
        { addresses: [A], ports: [HTTPS] },
      ],
      [{ addresses: [A, B], ports: [HTTP, HTTPS] }],
    ],
    [
      "keep apart what has others, and are in order",
      [
        { addresses: [{ ip: "10.0.0.2" }], ports: [port("http", 8080)] },
        { addresses: [{ ip: "10.0.0.1" }], ports: [HTTP] },
        { notReadyAddresses: [{ ip: "10.0.0.3" }], ports: [port("http", 8082)] },
      ],
      [
        { addresses: [{ ip: "10.0.0.1" }], ports: [HTTP] },
        { addresses: [{ ip: "10.0.0.2" }], ports: [port("http", 8080)] },
        { notReadyAddresses: [{ ip: "10.0.0.3" }], ports: [port("http", 8082)] },
      ],
    ],
    [
      "have ports in the order of their hashes",
      [
        {
          addresses: [{ ip: "10.0.0.1" }],
          ports: [port("a", 1), port("b", 2), port("c", 3), port("d", 4, "UDP")],
        },
      ],
      [
        {
          addresses: [{ ip: "10.0.0.1" }],
          ports: [port("c", 3), port("d", 4, "UDP"), port("b", 2), port("a", 1)],
        },
      ],
    ],
    [
      "take an address as not ready that is so once",
      [
        { addresses: [A, B], ports: [HTTP] },
        { notReadyAddresses: [A], ports: [HTTP] },
      ],
      [{ addresses: [B], notReadyAddresses: [A], ports: [HTTP] }],
    ],
    [
      "tell two pods with one address apart",
      [{ addresses: [address("10.0.0.1", "b"), address("10.0.0.1", "a")], ports: [HTTP] }],
      [{ addresses: [address("10.0.0.1", "a"), address("10.0.0.1", "b")], ports: [HTTP] }],
    ],
    ["may have no ports", [{ addresses: [B, A] }], [{ addresses: [A, B] }]],
    ["have addresses", [{ ports: [HTTP] }], []],
  ])("%s", (_case, subsets, expected) => {
    expect(repackSubsets(subsets)).toEqual(expected);
    expect(repackSubsets(expected)).toEqual(expected);
  });
});

describe("more addresses than an object may have", () => {
  const many = (count: number, net: number): EndpointAddress[] =>
    Array.from({ length: count }, (_, index) => ({ ip: `10.${net}.${index >> 8}.${index & 255}` }));
  const sizes = (subsets: readonly EndpointSubset[]) =>
    subsets.map(({ addresses = [], notReadyAddresses = [] }) => [
      addresses.length,
      notReadyAddresses.length,
    ]);
  it.each<[string, readonly (readonly [number, number])[], readonly (readonly [number, number])[]]>(
    [
      ["just enough are left alone", [[600, 400]], [[600, 400]]],
      ["those that are not ready go first", [[600, 500]], [[600, 400]]],
      ["those that are not ready go all", [[1000, 500]], [[1000, 0]]],
      [
        "every subset loses its share",
        [
          [900, 10],
          [600, 20],
        ],
        [
          [600, 0],
          [400, 0],
        ],
      ],
      [
        "what is rounded up the last one pays",
        [
          [0, 500],
          [0, 500],
          [0, 500],
          [200, 1],
        ],
        [
          [0, 267],
          [0, 267],
          [0, 266],
          [200, 0],
        ],
      ],
    ],
  )("%s", (_case, before, after) => {
    const subsets = before.map(([ready, notReady], index) => ({
      ...(ready === 0 ? {} : { addresses: many(ready, 2 * index) }),
      ...(notReady === 0 ? {} : { notReadyAddresses: many(notReady, 2 * index + 1) }),
      ports: [HTTP],
    }));
    expect(sizes(truncateSubsets(subsets))).toEqual(after);
    expect(isOverCapacity(truncateSubsets(subsets))).toBe(false);
  });
});

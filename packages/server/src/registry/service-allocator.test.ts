import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { StatusError } from "../api/status-error.ts";
import { createStores } from "../server/stores.ts";
import { chooseNumber, parseAddressBlock, printAddress } from "./resources/service-range.ts";
import type { Service, ServiceSpec } from "./resources/service-shapes.ts";
import { ServiceAllocator } from "./service-allocator.ts";

const stores = createStores(false);
function storeOf(resource: string) {
  const store = stores.of("", "v1", resource);
  if (store === undefined) throw new Error(`no ${resource}`);
  return store;
}
const services = storeOf("services");

/** What the strategy leaves of a service before it gets its numbers. */
function service(name: string, spec: ServiceSpec): Service {
  const families =
    spec.type === "ExternalName" ? {} : { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" };
  const clusterIPs = spec.clusterIP === undefined ? {} : { clusterIPs: [spec.clusterIP] };
  return {
    metadata: { name, namespace: "ns" },
    spec: { type: "ClusterIP", ...families, ...clusterIPs, ...spec },
  };
}

function refusal(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}

function withStored(...stored: readonly Service[]): ServiceAllocator {
  const allocator = new ServiceAllocator(parseAddressBlock("10.96.0.0/16"));
  for (const each of stored) allocator.upsert(each);
  return allocator;
}

describe("address blocks", () => {
  test.each([
    ["10.96.0.0/16", "10.96.0.1", "10.96.255.254", "10.96.1.0"],
    ["10.96.7.9/24", "10.96.7.1", "10.96.7.254", "10.96.7.16"],
    ["10.0.0.0/28", "10.0.0.1", "10.0.0.14", "10.0.0.1"],
  ])("%s", (cidr, first, last, dynamic) => {
    const block = parseAddressBlock(cidr);
    expect([block.first, block.last, block.dynamic].map(printAddress)).toEqual([
      first,
      last,
      dynamic,
    ]);
  });

  test.each(["10.96.0.0", "10.96.0.0/31", "fd00::/112", "10.96.0.256/16", "x/16"])(
    "%s is none",
    (cidr) => {
      expect(() => parseAddressBlock(cidr)).toThrow("is no block of IPv4 addresses");
    },
  );
});

test("every number of a range is chosen once, the reserved ones last", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), fc.nat(20), (seed, size, low) => {
      const range = { first: 100, last: 100 + size + low, dynamic: 100 + low };
      const taken: number[] = [];
      for (;;) {
        const chosen = chooseNumber(range, seed, (number) => taken.includes(number));
        if (chosen === undefined) break;
        taken.push(chosen);
      }
      expect([...taken].sort((a, b) => a - b)).toEqual(
        Array.from({ length: size + low + 1 }, (_, index) => 100 + index),
      );
      const later = taken.slice(taken.length - low);
      expect(later.filter((number) => number >= range.dynamic)).toEqual([]);
    }),
  );
});

describe("a new service", () => {
  test("gets an address, and the same one when it is tried again", () => {
    const allocator = withStored();
    const [first, second] = [service("a", {}), service("a", {})];
    allocator.allocate(services, first, undefined);
    allocator.settle(services, first);
    allocator.allocate(services, second, undefined);
    expect(first.spec?.clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(first.spec?.clusterIPs).toEqual([first.spec?.clusterIP]);
    expect(second.spec?.clusterIP).toBe(first.spec?.clusterIP);
  });

  test.each<[string, ServiceSpec, string | undefined]>([
    ["its own choice", { clusterIP: "10.96.0.10" }, undefined],
    [
      "an address of another",
      { clusterIP: "10.96.0.1" },
      'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ],
    [
      "an address elsewhere",
      { clusterIP: "10.97.0.1" },
      'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: the provided network does not match the current range',
    ],
    [
      "the block itself",
      { clusterIP: "10.96.0.0" },
      'spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
    ["no address", { clusterIP: "None" }, undefined],
    ["what is none", { clusterIP: "x" }, undefined],
    [
      "a port of its choice",
      { type: "NodePort", ports: [{ port: 1, nodePort: 30001 }] },
      undefined,
    ],
    [
      "a port of another",
      { type: "NodePort", ports: [{ port: 1, nodePort: 30000 }] },
      "spec.ports[0].nodePort: Invalid value: 30000: provided port is already allocated",
    ],
    [
      "a port out of range",
      { type: "NodePort", ports: [{ port: 1, nodePort: 80 }] },
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
    ],
  ])("with %s", (_name, spec, expected) => {
    const stored = service("old", {
      type: "NodePort",
      clusterIP: "10.96.0.1",
      ports: [{ port: 1, nodePort: 30000 }],
    });
    const allocator = withStored(stored);
    const message = refusal(() => allocator.allocate(services, service("new", spec), undefined));
    expect(message).toBe(
      expected === undefined ? undefined : `Service "new" is invalid: ${expected}`,
    );
  });

  test("shares the node port of one port between protocols", () => {
    const made = service("n", {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      ports: [
        { port: 53, protocol: "TCP" },
        { port: 53, protocol: "UDP" },
        { port: 80, protocol: "TCP" },
      ],
    });
    withStored().allocate(services, made, undefined);
    const [tcp, udp, web] = made.spec?.ports ?? [];
    expect(tcp?.nodePort).toBeGreaterThanOrEqual(30000);
    expect(udp?.nodePort).toBe(tcp?.nodePort);
    expect(new Set([tcp?.nodePort, web?.nodePort, made.spec?.healthCheckNodePort]).size).toBe(3);
  });

  test("without a wish for node ports gets none", () => {
    const made = service("n", {
      type: "LoadBalancer",
      allocateLoadBalancerNodePorts: false,
      ports: [{ port: 1 }],
    });
    withStored().allocate(services, made, undefined);
    expect(made.spec?.ports).toEqual([{ port: 1 }]);
  });

  test("of a dry run gets numbers that nobody has to spare", () => {
    const allocator = withStored();
    const made = (): Service =>
      service("n", {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        ports: [{ port: 1 }, { port: 2, nodePort: 32_700 }, { port: 3 }],
      });
    const [first, second] = [made(), made()];
    allocator.allocate(services, first, undefined, true);
    allocator.allocate(services, second, undefined, true);
    expect(second).toEqual(first);
    expect(first.spec).toMatchObject({
      clusterIP: "10.96.0.0",
      ports: [{ nodePort: 32_769 }, { nodePort: 32_700 }, { nodePort: 32_770 }],
      healthCheckNodePort: 32_771,
    });
  });

  test.each<[string, ServiceSpec, string | undefined]>([
    ["any port", { type: "NodePort", ports: [{ port: 1, nodePort: 5 }] }, undefined],
    ["an address of another", { clusterIP: "10.96.0.1" }, undefined],
    ["the address of the network", { clusterIP: "10.96.0.0" }, undefined],
    [
      "an address out of range",
      { clusterIP: "1.2.3.4", clusterIPs: ["1.2.3.4"] },
      'spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
  ])("of a dry run may ask for %s", (_name, spec, expected) => {
    const allocator = withStored(service("old", { clusterIP: "10.96.0.1" }));
    const made = service("new", spec);
    const message = refusal(() => allocator.allocate(services, made, undefined, true));
    expect(message).toBe(
      expected === undefined ? undefined : `Service "new" is invalid: ${expected}`,
    );
  });

  test("of another kind is left alone", () => {
    const object: KubeObject = { metadata: { name: "m" }, spec: { type: "NodePort", ports: [{}] } };
    const before = structuredClone(object);
    withStored().allocate(storeOf("pods"), object, undefined);
    expect(object).toEqual(before);
  });
});

describe("a changed service", () => {
  const old = service("s", {
    type: "NodePort",
    clusterIP: "10.96.9.9",
    ports: [{ name: "a", port: 1, nodePort: 30500 }],
  });

  test("keeps what it has and gets what is new", () => {
    const allocator = withStored(old);
    const changed = structuredClone(old);
    changed.spec?.ports?.push({ name: "b", port: 2 });
    allocator.allocate(services, changed, old);
    const [kept, added] = changed.spec?.ports ?? [];
    expect([changed.spec?.clusterIP, kept?.nodePort]).toEqual(["10.96.9.9", 30500]);
    expect(added?.nodePort).not.toBe(30500);
    expect(added?.nodePort).toBeGreaterThanOrEqual(30000);
  });

  test("has one entry for a node port and its protocol", () => {
    const protocol = "TCP";
    const ports = [1, 2].map((port) => ({ name: `p${port}`, port, protocol, nodePort: 30500 }));
    const changed = service("s", { ...old.spec, ports });
    const message = refusal(() => withStored(old).allocate(services, changed, old));
    expect(message).toBe("duplicate nodePort: {TCP 30500}");
  });

  test("gets an address when it was only a name", () => {
    const allocator = withStored();
    const changed = service("s", {});
    allocator.allocate(services, changed, service("s", { type: "ExternalName" }));
    expect(changed.spec?.clusterIP).toMatch(/^10\.96\./);
  });

  test("frees what it gives back, and what a deleted one had", () => {
    const allocator = withStored(old);
    const wish = () =>
      service("t", {
        type: "NodePort",
        clusterIP: "10.96.9.9",
        ports: [{ port: 1, nodePort: 30500 }],
      });
    expect(refusal(() => allocator.allocate(services, wish(), undefined))).toBeDefined();
    allocator.upsert(service("s", { clusterIP: "10.96.9.9", ports: [{ port: 1 }] }));
    expect(refusal(() => allocator.allocate(services, wish(), undefined))).toContain(
      "failed to allocate IP",
    );
    allocator.remove("ns", "s");
    expect(refusal(() => allocator.allocate(services, wish(), undefined))).toBeUndefined();
  });
});

test("writes under way never share a number, and a failed one leaves nothing behind", () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(names, (all) => {
      // Six addresses and as many writers or more: some are refused.
      const allocator = new ServiceAllocator(parseAddressBlock("10.0.0.0/29"));
      const made = all.map((name) => service(name, {}));
      const granted = made.filter(
        (each) => refusal(() => allocator.allocate(services, each, undefined)) === undefined,
      );
      const addresses = granted.map((each) => each.spec?.clusterIP);
      expect(new Set(addresses).size).toBe(addresses.length);
      expect(addresses).toHaveLength(Math.min(all.length, 6));
      for (const each of made) allocator.settle(services, each);
      const again = Array.from({ length: 6 }, (_, index) => service(`again-${index}`, {}));
      for (const each of again) allocator.allocate(services, each, undefined);
      expect(new Set(again.map((each) => each.spec?.clusterIP)).size).toBe(6);
    }),
  );
});

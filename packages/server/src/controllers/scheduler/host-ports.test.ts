import { describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/types.ts";
import { type HostPort, hostPortsOf, portsConflict } from "./host-ports.ts";

function port(number: number, ip = "0.0.0.0", protocol = "TCP"): HostPort {
  return { ip, protocol, port: number };
}

describe("ports of nodes", () => {
  it.each<[string, HostPort, HostPort, boolean]>([
    ["the same", port(80), port(80), true],
    ["another number", port(80), port(81), false],
    ["another protocol", port(53), port(53, "0.0.0.0", "UDP"), false],
    ["another address", port(80, "10.0.0.1"), port(80, "10.0.0.2"), false],
    ["one of all addresses", port(80, "10.0.0.1"), port(80), true],
    ["all addresses", port(80), port(80, "10.0.0.1"), true],
  ])("%s: %s", (_name, one, other, conflict) => {
    expect(portsConflict([port(1), one], [other, port(2)])).toBe(conflict);
  });

  it("are those of containers that run side by side", () => {
    const ports = (hostPort?: number) => [{ containerPort: 1, ...(hostPort ? { hostPort } : {}) }];
    const spec: PodSpec = {
      containers: [
        { name: "a", image: "i", ports: ports(80) },
        { name: "b", image: "i", ports: ports() },
      ],
      initContainers: [
        { name: "c", image: "i", ports: ports(81) },
        { name: "d", image: "i", ports: ports(82), restartPolicy: "Always" },
      ],
    };
    expect(hostPortsOf(spec)).toEqual([port(80), port(82)]);
  });
});

import { describe, expect, it } from "vitest";
import { type AddressFacts, chooseNodeIp } from "./node-ip.ts";

const INTERFACES = [
  { name: "lo", address: "127.0.0.1" },
  { name: "lo", address: "::1" },
  { name: "docker0", address: "172.17.0.1" },
  { name: "eth0", address: "fd00::2" },
  { name: "eth0", address: "192.0.2.2" },
  { name: "eth0", address: "fe80::1" },
];
const FACTS: AddressFacts = {
  wanted: "",
  hostname: "vm",
  resolved: [],
  interfaces: INTERFACES,
  defaultInterface: "eth0",
};

describe("the address of a node", () => {
  it.each<[string, Partial<AddressFacts>, string]>([
    ["the one wanted", { wanted: "172.17.0.1" }, "172.17.0.1"],
    ["the loopback one, if that is wanted", { wanted: "127.0.0.1" }, "127.0.0.1"],
    ["its host name", { hostname: "198.51.100.1" }, "198.51.100.1"],
    ["what its name stands for", { resolved: ["127.0.0.1", "172.17.0.1"] }, "172.17.0.1"],
    ["none of another machine", { resolved: ["198.51.100.1"] }, "192.0.2.2"],
    ["the one of the default route", {}, "192.0.2.2"],
    ["any other one", { defaultInterface: "" }, "172.17.0.1"],
    [
      "one of six, if there is no other",
      { interfaces: INTERFACES.filter(({ address }) => address.includes(":")) },
      "fd00::2",
    ],
    [
      "the loopback one of a machine in no network",
      { interfaces: INTERFACES.slice(0, 2) },
      "127.0.0.1",
    ],
  ])("is %s", (_what, more, address) => {
    expect(chooseNodeIp({ ...FACTS, ...more })).toBe(address);
  });

  it.each([
    ["x", "nodeIP must be a valid IP address"],
    ["0.0.0.0", "nodeIP can't be all zeros address"],
    ["224.0.0.1", "nodeIP can't be a multicast address"],
    ["169.254.1.1", "nodeIP can't be a link-local unicast address"],
    ["198.51.100.1", `node IP: "198.51.100.1" not found in the host's network interfaces`],
  ])("is not %s", (wanted, message) => {
    expect(() => chooseNodeIp({ ...FACTS, wanted })).toThrow(message);
  });
});

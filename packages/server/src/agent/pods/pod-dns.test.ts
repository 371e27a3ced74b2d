import { describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/types.ts";
import { parseResolverFile, podDns } from "./pod-dns.ts";

const HOST = parseResolverFile(`# of the host
nameserver 192.0.2.53
nameserver  2001:db8::53
search example.com corp.example
options ndots:2 timeout:1
domain ignored
`);

describe("a resolver file", () => {
  it("says what it says", () => {
    expect(HOST).toEqual({
      servers: ["192.0.2.53", "2001:db8::53"],
      searches: ["example.com", "corp.example"],
      options: ["ndots:2", "timeout:1"],
    });
    expect(parseResolverFile("")).toEqual({ servers: [], searches: [], options: [] });
  });
});

describe("the resolver of a pod", () => {
  const dnsConfig = {
    nameservers: ["192.0.2.53", "192.0.2.54"],
    searches: ["ns.example"],
    options: [{ name: "ndots", value: "5" }, { name: "edns0" }],
  };
  it.each<[string, Partial<PodSpec>, object]>([
    ["is the host's", {}, HOST],
    [
      "is the host's and what the pod adds",
      { dnsConfig },
      {
        servers: ["192.0.2.53", "2001:db8::53", "192.0.2.54"],
        searches: ["example.com", "corp.example", "ns.example"],
        options: ["ndots:5", "timeout:1", "edns0"],
      },
    ],
    [
      "is the pod's alone",
      { dnsPolicy: "None", dnsConfig },
      {
        servers: ["192.0.2.53", "192.0.2.54"],
        searches: ["ns.example"],
        options: ["ndots:5", "edns0"],
      },
    ],
  ])("%s", (_what, spec, dns) => {
    expect(podDns({ metadata: {}, spec: { containers: [], ...spec } }, HOST)).toEqual(dns);
  });
});

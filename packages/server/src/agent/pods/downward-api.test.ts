import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { downwardField, downwardResource } from "./downward-api.ts";

const POD: Pod = {
  metadata: {
    name: "p",
    namespace: "ns",
    uid: "u",
    labels: { b: 'say "hi"', a: "1" },
    annotations: { "example.com/note": "line\nbreak" },
  },
  spec: {
    nodeName: "node-1",
    serviceAccountName: "builder",
    containers: [
      { name: "c", resources: { limits: { cpu: "1500m" }, requests: { memory: "64Mi" } } },
      { name: "d" },
    ],
  },
  status: {
    hostIP: "192.0.2.1",
    hostIPs: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }],
    podIP: "10.0.0.1",
    podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
  },
};

describe("a field of a pod", () => {
  it.each([
    ["metadata.name", "p"],
    ["metadata.namespace", "ns"],
    ["metadata.uid", "u"],
    ["metadata.labels", 'a="1"\nb="say \\"hi\\""'],
    ["metadata.annotations", 'example.com/note="line\\nbreak"'],
    ["metadata.labels['a']", "1"],
    ["metadata.labels['none']", ""],
    ["metadata.annotations['example.com/note']", "line\nbreak"],
    ["spec.nodeName", "node-1"],
    ["spec.serviceAccountName", "builder"],
    ["status.hostIP", "192.0.2.1"],
    ["status.hostIPs", "192.0.2.1,2001:db8::1"],
    ["status.podIP", "10.0.0.1"],
    ["status.podIPs", "10.0.0.1,fd00::1"],
  ])("%s", (fieldPath, value) => {
    expect(downwardField({ fieldPath }, POD)).toBe(value);
  });

  it.each([
    ["spec.restartPolicy", "unsupported fieldPath: spec.restartPolicy"],
    ["spec.x['y']", `fieldPath "spec.x['y']" does not support subscript`],
  ])("%s is none", (fieldPath, message) => {
    expect(() => downwardField({ fieldPath }, POD)).toThrow(message);
  });
});

describe("a resource of a container", () => {
  const allocatable = { cpu: "4", memory: "8Gi" };
  const value = (resource: string, divisor?: string, containerName?: string): string =>
    downwardResource(
      {
        resource,
        ...(divisor === undefined ? {} : { divisor }),
        ...(containerName === undefined ? {} : { containerName }),
      },
      POD,
      POD.spec?.containers[0],
      allocatable,
    );

  it.each([
    ["limits.cpu", undefined, "2"],
    ["limits.cpu", "0", "2"],
    ["limits.cpu", "1m", "1500"],
    ["requests.memory", undefined, "67108864"],
    ["requests.memory", "1Mi", "64"],
    ["requests.memory", "1Gi", "1"],
    ["requests.cpu", "1m", "0"],
    ["limits.memory", "1Gi", "8"],
    ["limits.hugepages-2Mi", undefined, "0"],
  ])("%s in units of %s", (resource, divisor, wanted) => {
    expect(value(resource, divisor)).toBe(wanted);
  });

  it("may be another's", () => {
    expect(value("limits.cpu", undefined, "d")).toBe("4");
  });

  it("is refused where there is none", () => {
    expect(() => value("limits.cpu", undefined, "x")).toThrow("container x not found");
    expect(() => value("limits.gpu")).toThrow("unsupported container resource : limits.gpu");
  });
});

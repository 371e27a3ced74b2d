import { describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/types.ts";
import { hostnameOf, referenceToContainer } from "./pod-names.ts";

describe("the host name of a pod", () => {
  it.each<[string, Partial<PodSpec>, string, string]>([
    ["p", {}, "p", ""],
    ["p", { hostname: "h" }, "h", ""],
    ["p", { hostname: "h", subdomain: "s" }, "h", "s.ns.svc.cluster.local"],
    ["p", { hostnameOverride: "full.example", subdomain: "s" }, "full.example", ""],
    [`${"a".repeat(62)}.b`, {}, "a".repeat(62), ""],
    [`${"a".repeat(60)}-.-x`, {}, "a".repeat(60), ""],
  ])("%s with %j", (name, spec, hostname, domain) => {
    const pod = { metadata: { name, namespace: "ns" }, spec: { containers: [], ...spec } };
    expect(hostnameOf(pod, "cluster.local")).toEqual({ hostname, domain });
  });
});

describe("what an event refers to", () => {
  const pod = {
    metadata: { name: "p", namespace: "ns", uid: "u", resourceVersion: "7" },
    spec: {
      containers: [{ name: "c" }],
      initContainers: [{ name: "i" }],
      ephemeralContainers: [{ name: "e" }],
    },
  };
  it.each([
    ["c", "spec.containers{c}"],
    ["i", "spec.initContainers{i}"],
    ["e", "spec.ephemeralContainers{e}"],
  ])("%s", (name, fieldPath) => {
    expect(referenceToContainer(pod, name)).toEqual({
      ...{ apiVersion: "v1", kind: "Pod", namespace: "ns", name: "p", uid: "u" },
      resourceVersion: "7",
      fieldPath,
    });
  });
});

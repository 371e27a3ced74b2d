import { expect, it } from "vitest";
import { podFromTemplate } from "./pod-from-template.ts";

const KIND = { apiVersion: "apps/v1", kind: "ReplicaSet" };
const owner = (name: string) => ({ metadata: { namespace: "n", name, uid: "u" } });
const ownerReferences = (name: string) => [
  { ...KIND, name, uid: "u", controller: true, blockOwnerDeletion: true },
];

it("makes a pod of what a template says, owned by its owner", () => {
  const template = {
    metadata: { name: "not this", labels: { a: "b" }, annotations: { c: "d" }, finalizers: ["e"] },
    spec: { containers: [] },
  };
  const pod = podFromTemplate(template, KIND, owner("web"));
  expect(pod).toEqual({
    metadata: {
      namespace: "n",
      generateName: "web-",
      ownerReferences: ownerReferences("web"),
      labels: { a: "b" },
      annotations: { c: "d" },
      finalizers: ["e"],
    },
    spec: { containers: [] },
  });
  expect(pod.metadata.labels).not.toBe(template.metadata.labels);
  expect(podFromTemplate({}, KIND, owner("web"))).toEqual({
    metadata: { namespace: "n", generateName: "web-", ownerReferences: ownerReferences("web") },
  });
});

it("leaves the dash out where no name would be valid with it", () => {
  const prefix = (name: string) => podFromTemplate({}, KIND, owner(name)).metadata.generateName;
  expect(prefix("a".repeat(252))).toBe(`${"a".repeat(252)}-`);
  expect(prefix("Bad")).toBe("Bad");
  expect(podFromTemplate({}, KIND, owner("web"), "web-0-").metadata.generateName).toBe("web-0-");
});

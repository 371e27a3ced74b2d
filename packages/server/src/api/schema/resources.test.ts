import { describe, expect, test } from "vitest";
import { kindOf } from "../scheme.ts";
import { isStored, resourceOf, resourcesOf, servedGroups, subresourceOf } from "./resources.ts";

const all = servedGroups().flatMap(({ versions }) => versions.flatMap((each) => each.resources));

describe("resourceOf", () => {
  test.each([
    ["", "v1", "serviceaccounts", { kind: "ServiceAccount", singular: "serviceaccount" }],
    ["", "v1", "nodes", { kind: "Node", namespaced: false, shortNames: ["no"] }],
    ["apps", "v1", "deployments", { kind: "Deployment", categories: ["all"], namespaced: true }],
    ["authentication.k8s.io", "v1", "tokenreviews", { kind: "TokenReview", verbs: ["create"] }],
    ["events.k8s.io", "v1", "events", { storage: { group: "", version: "v1" } }],
    ["autoscaling", "v1", "horizontalpodautoscalers", { version: "v1" }],
  ])("%s/%s %s", (group, version, plural, expected) => {
    expect(resourceOf(group, version, plural)).toMatchObject({ group, version, ...expected });
    expect(resourceOf(group, version, plural)).toBe(resourceOf(group, version, plural));
  });

  test.each([
    ["", "v1", "deployments"],
    ["", "v2", "pods"],
    ["apps", "v1beta1", "deployments"],
    ["nobody", "v1", "pods"],
    ["", "v1", "constructor"],
  ])("%s/%s has no %s", (group, version, plural) => {
    expect(resourceOf(group, version, plural)).toBeUndefined();
  });
});

test("resourcesOf lists a version's resources by name", () => {
  const names = resourcesOf("rbac.authorization.k8s.io", "v1")?.map((each) => each.resource);
  expect(names).toEqual(["clusterrolebindings", "clusterroles", "rolebindings", "roles"]);
  expect(resourcesOf("rbac.authorization.k8s.io", "v2")).toBeUndefined();
});

test("the core group comes first, and the preferred version of a group", () => {
  expect(servedGroups()[0]?.group).toBe("");
  const autoscaling = servedGroups().find((each) => each.group === "autoscaling");
  expect(autoscaling?.versions.map((each) => each.version)).toEqual(["v2", "v1"]);
});

test("resources of a version are sorted, as discovery prints them", () => {
  for (const { versions } of servedGroups()) {
    for (const { resources } of versions) {
      const names = resources.map((each) => each.resource);
      expect(names).toEqual([...names].sort());
    }
  }
});

test("every resource and subresource has a kind that the scheme knows", () => {
  const unknown = all.flatMap((each) =>
    [each, ...each.subresources]
      .map((one) => [one.group ?? each.group, one.version ?? each.version, one.kind] as const)
      .filter(([group, version, kind]) => kindOf(group, version, kind) === undefined),
  );
  expect(unknown).toEqual([]);
});

test("what can be listed has a list kind", () => {
  const without = all.filter(
    (each) =>
      each.verbs.includes("list") &&
      kindOf(each.group, each.version, `${each.kind}List`) === undefined,
  );
  expect(without).toEqual([]);
});

test("subresourceOf finds the token of a service account", () => {
  const accounts = all.find((each) => each.resource === "serviceaccounts");
  expect(accounts && subresourceOf(accounts, "token")).toMatchObject({
    kind: "TokenRequest",
    group: "authentication.k8s.io",
    verbs: ["create"],
  });
  expect(accounts && subresourceOf(accounts, "status")).toBeUndefined();
});

test("reviews, bindings and component statuses are not stored", () => {
  const names = all.filter((each) => !isStored(each)).map((each) => each.resource);
  expect(names).toEqual([
    "bindings",
    "componentstatuses",
    "selfsubjectreviews",
    "tokenreviews",
    "localsubjectaccessreviews",
    "selfsubjectaccessreviews",
    "selfsubjectrulesreviews",
    "subjectaccessreviews",
  ]);
});

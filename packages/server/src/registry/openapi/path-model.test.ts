import fc from "fast-check";
import { expect, test } from "vitest";
import { operationId, operationTag } from "./operation-id.ts";
import { METHODS, type ParameterModel, type PathModel, splitParameters } from "./path-model.ts";

test.each([
  ["list", "apps", "v1", "NamespacedDeployment", "listAppsV1NamespacedDeployment", "apps_v1"],
  ["read", "", "v1", "NamespacedPodLog", "readCoreV1NamespacedPodLog", "core_v1"],
  ["get", "", "v1", "APIResources", "getCoreV1APIResources", "core_v1"],
  ["get", "apps", undefined, "APIGroup", "getAppsAPIGroup", "apps"],
  [
    "create",
    "rbac.authorization.k8s.io",
    "v1",
    "ClusterRole",
    "createRbacAuthorizationV1ClusterRole",
    "rbacAuthorization_v1",
  ],
  [
    "get",
    "flowcontrol.apiserver.k8s.io",
    undefined,
    "APIGroup",
    "getFlowcontrolApiserverAPIGroup",
    "flowcontrolApiserver",
  ],
])("%s of %s %s %s is %s", (verb, group, version, rest, id, tag) => {
  expect(operationId(verb, group, version, rest)).toBe(id);
  expect(operationTag(group, version)).toBe(tag);
});

const parameter: fc.Arbitrary<ParameterModel> = fc.record({
  name: fc.constantFrom("name", "path", "pretty", "watch"),
  in: fc.constantFrom("path" as const, "query" as const),
  type: fc.constant("string" as const),
});
const parameters = fc.uniqueArray(parameter, { selector: keyOf });

function keyOf({ in: place, name }: ParameterModel): string {
  return `${place} ${name}`;
}

function pathWith(lists: readonly (readonly ParameterModel[])[]): PathModel {
  return {
    path: "/",
    operations: lists.map((each, index) => ({
      method: METHODS[index] ?? "get",
      operationId: "",
      tag: "",
      description: "",
      parameters: each,
      consumes: [],
      produces: [],
      responses: {},
    })),
  };
}

test("splitting loses no parameter, and says the common ones once", () => {
  fc.assert(
    fc.property(fc.array(parameters, { minLength: 1, maxLength: METHODS.length }), (lists) => {
      const { common, own } = splitParameters(pathWith(lists));
      lists.forEach((list, index) => {
        const split = [...common, ...(own[index] ?? [])].map(keyOf);
        expect(split.toSorted()).toEqual(list.map(keyOf).toSorted());
      });
      // What every operation has does not stand in any.
      for (const each of common.map(keyOf)) {
        expect(own.flat().map(keyOf)).not.toContain(each);
      }
      const everywhere = (lists[0] ?? [])
        .map(keyOf)
        .filter((key) => lists.every((list) => list.map(keyOf).includes(key)));
      expect(common.map(keyOf).toSorted()).toEqual(everywhere.toSorted());
    }),
  );
});

test("parameters stand by name, a path's before a query's", () => {
  const query: ParameterModel = { name: "path", in: "query", type: "string" };
  const path: ParameterModel = { name: "path", in: "path", type: "string" };
  const name: ParameterModel = { name: "name", in: "path", type: "string" };
  expect(splitParameters(pathWith([[query, path, name]])).common).toEqual([name, path, query]);
});

import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import {
  AUTO_UPDATE_ANNOTATION,
  type BootstrapObject,
  bootstrapPolicy,
} from "./bootstrap-policy.ts";
import {
  type BootstrapLookup,
  reconcileBootstrapObject,
  reconcileBootstrapPolicy,
} from "./bootstrap-reconcile.ts";

function wanted(resource: BootstrapObject["resource"], name: string): BootstrapObject {
  const found = bootstrapPolicy().find(
    (one) => one.resource === resource && one.object.metadata.name === name,
  );
  if (found === undefined) throw new Error(name);
  return found;
}

function stored(one: BootstrapObject, change: (object: KubeObject) => void): KubeObject {
  const object = structuredClone(one.object);
  Object.assign(object.metadata, { uid: "1", resourceVersion: "7" });
  change(object);
  return object;
}

const role = wanted("clusterroles", "system:basic-user");
const view = wanted("clusterroles", "view");
const binding = wanted("clusterrolebindings", "system:public-info-viewer");
const unchanged = (): void => {};

describe("one object", () => {
  test("is created when it is missing", () => {
    expect(reconcileBootstrapObject(undefined, role)).toEqual({
      operation: "create",
      object: role.object,
    });
  });
  test.each([role, view, binding])("is left alone when it is complete", (one) => {
    expect(reconcileBootstrapObject(stored(one, unchanged), one)).toEqual({ operation: "none" });
  });
  test("is left alone when it opted out", () => {
    const own = stored(role, (object) => {
      object.rules = [];
      object.metadata.annotations = { [AUTO_UPDATE_ANNOTATION]: "false" };
    });
    expect(reconcileBootstrapObject(own, role)).toEqual({ operation: "none" });
  });
  test("gets missing rules, keeps others, and keeps its identity", () => {
    const extra = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };
    const own = stored(role, (object) => {
      object.rules = [extra, (role.object.rules as unknown[])[1]];
    });
    const action = reconcileBootstrapObject(own, role);
    expect(action).toMatchObject({
      operation: "update",
      object: { metadata: { uid: "1", resourceVersion: "7" } },
    });
    expect(action.operation === "update" && action.object.rules).toEqual([
      extra,
      {
        verbs: ["create"],
        apiGroups: ["authentication.k8s.io"],
        resources: ["selfsubjectreviews"],
      },
      {
        verbs: ["create"],
        apiGroups: ["authorization.k8s.io"],
        resources: ["selfsubjectaccessreviews"],
      },
      {
        verbs: ["create"],
        apiGroups: ["authorization.k8s.io"],
        resources: ["selfsubjectrulesreviews"],
      },
    ]);
  });
  test("gets missing labels and annotations, keeps changed ones", () => {
    const own = stored(role, (object) => {
      object.metadata.labels = { "kubernetes.io/bootstrapping": "mine", a: "b" };
      delete object.metadata.annotations;
    });
    expect(reconcileBootstrapObject(own, role)).toMatchObject({
      operation: "update",
      object: {
        metadata: {
          labels: { "kubernetes.io/bootstrapping": "mine", a: "b" },
          annotations: { [AUTO_UPDATE_ANNOTATION]: "true" },
        },
      },
    });
  });
  test("aggregated roles get missing selectors, and others stop aggregating", () => {
    const mine = { matchLabels: { x: "y" } };
    const own = stored(view, (object) => {
      object.aggregationRule = { clusterRoleSelectors: [mine] };
    });
    const action = reconcileBootstrapObject(own, view);
    expect(action.operation === "update" && action.object.aggregationRule).toEqual({
      clusterRoleSelectors: [
        mine,
        { matchLabels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
      ],
    });
    const not = reconcileBootstrapObject(
      stored(role, (object) => {
        object.aggregationRule = { clusterRoleSelectors: [mine] };
      }),
      role,
    );
    expect(not.operation === "update" && not.object.aggregationRule).toBeUndefined();
  });
  test("bindings get missing subjects", () => {
    const own = stored(binding, (object) => {
      object.subjects = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "u" }];
    });
    const action = reconcileBootstrapObject(own, binding);
    const names =
      action.operation === "update" ? (action.object.subjects as { name: string }[]) : [];
    expect(names.map(({ name }) => name)).toEqual([
      "u",
      "system:authenticated",
      "system:unauthenticated",
    ]);
  });
  test("bindings of another role are made anew", () => {
    const own = stored(binding, (object) => {
      object.roleRef = {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "admin",
      };
    });
    expect(reconcileBootstrapObject(own, binding)).toEqual({
      operation: "recreate",
      object: binding.object,
    });
  });
});

describe("the whole policy", () => {
  const over = (objects: readonly BootstrapObject[]): BootstrapLookup => {
    const byKey = new Map(
      objects.map(({ resource, object: { metadata }, ...rest }) => [
        `${resource}/${metadata.namespace ?? ""}/${metadata.name}`,
        objects.find((one) => one.resource === resource && one.object.metadata === metadata)
          ?.object ?? rest,
      ]),
    ) as Map<string, KubeObject>;
    return (resource, namespace, name) => byKey.get(`${resource}/${namespace}/${name}`);
  };
  test("is created on an empty cluster, after which nothing is left to do", () => {
    const planned = reconcileBootstrapPolicy(() => undefined, bootstrapPolicy());
    expect(planned.map(({ operation }) => operation)).toEqual(planned.map(() => "create"));
    expect(planned).toHaveLength(bootstrapPolicy().length);
    expect(reconcileBootstrapPolicy(over(planned), bootstrapPolicy())).toEqual([]);
  });
  test("takes over what the owner changed in the binding it was split from", () => {
    const discovery = stored(wanted("clusterrolebindings", "system:discovery"), (object) => {
      object.subjects = [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "staff" }];
      object.metadata.annotations = { [AUTO_UPDATE_ANNOTATION]: "false" };
    });
    const [action] = reconcileBootstrapPolicy(
      over([{ resource: "clusterrolebindings", object: discovery }]),
      [binding],
    );
    expect(action).toMatchObject({
      operation: "create",
      object: { subjects: [{ name: "staff" }] },
    });
  });
  test("moves rules of a role that did not aggregate yet into its part", () => {
    const old = stored(view, (object) => {
      object.rules = [{ verbs: ["get"], apiGroups: ["mine"], resources: ["x"] }];
      delete object.aggregationRule;
    });
    const part = wanted("clusterroles", "system:aggregate-to-view");
    const [action] = reconcileBootstrapPolicy(over([{ resource: "clusterroles", object: old }]), [
      part,
    ]);
    const rules = action?.object.rules as { apiGroups: string[] }[];
    expect(rules[0]?.apiGroups).toEqual(["mine"]);
    expect(rules.length).toBeGreaterThan(10);
    expect(action?.object.metadata.uid).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import type { FieldError } from "../field-error.ts";
import type { KubeObject } from "../object.ts";
import {
  defaultBinding,
  validateClusterRole,
  validateClusterRoleBinding,
  validateRole,
  validateRoleBinding,
} from "./rbac.ts";

const texts = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const metadata = { name: "x" };
const GROUP = "rbac.authorization.k8s.io";

describe("rules", () => {
  test.each([
    [
      [{ apiGroups: [""], resources: ["pods"], verbs: [] }],
      ["rules[0].verbs: Required value: verbs must contain at least one value"],
    ],
    [
      [{ resources: ["pods"], verbs: ["get"] }],
      ["rules[0].apiGroups: Required value: resource rules must supply at least one api group"],
    ],
    [
      [{ apiGroups: [""], verbs: ["get"] }],
      ["rules[0].resources: Required value: resource rules must supply at least one resource"],
    ],
    [
      [{ verbs: ["get"], nonResourceURLs: ["/x"] }],
      [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
      ],
    ],
    [
      [{ verbs: ["get"], resourceNames: ["a"], nonResourceURLs: ["/x"] }],
      [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
    [
      [
        { verbs: null },
        { apiGroups: ["*"], resources: ["a/b/c"], verbs: ["frobnicate"], resourceNames: [""] },
        { verbs: ["get"], resources: ["x"] },
      ],
      [
        "rules[0].verbs: Required value: verbs must contain at least one value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource",
        "rules[2].apiGroups: Required value: resource rules must supply at least one api group",
      ],
    ],
    [null, []],
  ])("%j", (rules, expected) => {
    expect(texts(validateRole({ metadata, rules }))).toEqual(expected);
  });
  test("cluster roles may have paths", () => {
    const rules = [{ verbs: ["get"], nonResourceURLs: ["/x"] }];
    expect(validateClusterRole({ metadata, rules })).toEqual([]);
  });
});

describe("aggregation", () => {
  const withSelectors = (...clusterRoleSelectors: object[]): KubeObject => ({
    metadata,
    rules: null,
    aggregationRule: { clusterRoleSelectors },
  });
  test.each([
    [
      withSelectors(),
      [
        "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
      ],
    ],
    [withSelectors({}, { matchLabels: { a: "b" } }), []],
    [
      withSelectors({ matchExpressions: [{ key: "a", operator: "In" }] }),
      [
        "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.",
      ],
    ],
    [
      withSelectors({ matchExpressions: [{ key: "a", operator: "Near" }] }),
      [
        'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
        "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.",
      ],
    ],
  ])("%#", (role, expected) => {
    expect(texts(validateClusterRole(role))).toEqual(expected);
  });
  test("a label value that is stored already is complained about less", () => {
    const bad = withSelectors({ matchExpressions: [{ key: "a", operator: "In", values: ["$"] }] });
    expect(validateClusterRole(bad)).toHaveLength(2);
    expect(texts(validateClusterRole(bad, bad))).toEqual([
      "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.",
    ]);
  });
});

describe("bindings", () => {
  const good = { apiGroup: GROUP, kind: "Role", name: "r" };
  const binding = (roleRef: object, ...subjects: object[]): KubeObject => ({
    metadata,
    roleRef,
    subjects,
  });
  test.each([
    [
      binding({ ...good, apiGroup: "apps" }),
      [`roleRef.apiGroup: Unsupported value: "apps": supported values: "${GROUP}"`],
    ],
    [
      binding({ ...good, kind: "Rule" }),
      ['roleRef.kind: Unsupported value: "Rule": supported values: "Role", "ClusterRole"'],
    ],
    [
      binding({ apiGroup: GROUP }),
      [
        'roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"',
        "roleRef.name: Required value",
      ],
    ],
    [
      binding({ ...good, name: "a/b" }),
      ["roleRef.name: Invalid value: \"a/b\": may not contain '/'"],
    ],
    [
      binding(good, { kind: "Robot", name: "x" }),
      [
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
      ],
    ],
    [
      binding(good, { kind: "User", apiGroup: GROUP }, { kind: "ServiceAccount" }),
      ["subjects[0].name: Required value", "subjects[1].name: Required value"],
    ],
    [
      binding(good, { kind: "ServiceAccount", name: "a", apiGroup: GROUP }),
      [`subjects[0].apiGroup: Unsupported value: "${GROUP}": supported values: ""`],
    ],
    [
      binding(good, { kind: "Group", name: "g", apiGroup: "apps" }),
      [`subjects[0].apiGroup: Unsupported value: "apps": supported values: "${GROUP}"`],
    ],
    [binding(good, { kind: "ServiceAccount", name: "a" }), []],
  ])("%#", (object, expected) => {
    expect(texts(validateRoleBinding(object))).toEqual(expected);
  });
  test("cluster wide ones need a ClusterRole and accounts with a namespace", () => {
    expect(
      texts(validateClusterRoleBinding(binding(good, { kind: "ServiceAccount", name: "a" }))),
    ).toEqual([
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      "subjects[0].namespace: Required value",
    ]);
  });
  test("the role cannot change", () => {
    const changed = binding({ ...good, name: "other" });
    expect(texts(validateRoleBinding(changed, binding(good)))).toEqual([
      `roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"Role","Name":"other"}: cannot change roleRef`,
    ]);
    expect(validateRoleBinding(binding(good), binding(good))).toEqual([]);
  });
  test("groups are filled in", () => {
    const object = binding(
      { kind: "Role", name: "r" },
      { kind: "User", name: "u" },
      { kind: "Group", name: "g" },
      { kind: "ServiceAccount", name: "a" },
    );
    defaultBinding(object);
    expect(object).toEqual(
      binding(
        good,
        { kind: "User", apiGroup: GROUP, name: "u" },
        { kind: "Group", apiGroup: GROUP, name: "g" },
        { kind: "ServiceAccount", name: "a" },
      ),
    );
  });
});

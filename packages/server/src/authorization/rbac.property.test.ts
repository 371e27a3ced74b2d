import fc from "fast-check";
import { expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { AuthorizationAttributes } from "./authorizer.ts";
import type { RbacResource } from "./policy-rule.ts";
import { createRbacPolicy, type RbacPolicy } from "./rbac.ts";
import { ruleAllows } from "./rule-match.ts";

const verb = fc.constantFrom("get", "list", "*");
const group = fc.constantFrom("", "apps", "*");
const resource = fc.constantFrom("pods", "pods/log", "*/log", "*");
const name = fc.constantFrom("a", "b");
const namespace = fc.constantFrom("n", "m");
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 2 });

const rule = fc.record({
  verbs: some(verb),
  apiGroups: some(group),
  resources: some(resource),
  resourceNames: some(name),
  nonResourceURLs: some(fc.constantFrom("/x", "/x/*", "*")),
});
const subject = fc.oneof(
  fc.record({ kind: fc.constant("User"), name: fc.constantFrom("u", "v") }),
  fc.record({ kind: fc.constant("Group"), name: fc.constantFrom("g", "h") }),
  fc.record({
    kind: fc.constant("ServiceAccount"),
    name: fc.constantFrom("s"),
    namespace: fc.constantFrom("n", "m", ""),
  }),
);
interface Stored {
  readonly resource: RbacResource;
  readonly object: KubeObject;
}
const stored: fc.Arbitrary<Stored> = fc.oneof(
  fc.record({ name, namespace, rules: some(rule) }).map(({ name, namespace, rules }) => ({
    resource: "roles" as const,
    object: { metadata: { name, namespace }, rules },
  })),
  fc.record({ name, rules: some(rule) }).map(({ name, rules }) => ({
    resource: "clusterroles" as const,
    object: { metadata: { name }, rules },
  })),
  fc
    .record({
      name,
      namespace,
      role: name,
      kind: fc.constantFrom("Role", "ClusterRole"),
      subjects: some(subject),
    })
    .map(({ name, namespace, role, kind, subjects }) => ({
      resource: "rolebindings" as const,
      object: { metadata: { name, namespace }, roleRef: { kind, name: role }, subjects },
    })),
  fc.record({ name, role: name, subjects: some(subject) }).map(({ name, role, subjects }) => ({
    resource: "clusterrolebindings" as const,
    object: { metadata: { name }, roleRef: { kind: "ClusterRole", name: role }, subjects },
  })),
);
const store = fc.uniqueArray(stored, {
  maxLength: 10,
  selector: ({ resource, object: { metadata } }) =>
    `${resource}/${metadata.namespace ?? ""}/${metadata.name}`,
});
const attributes: fc.Arbitrary<AuthorizationAttributes> = fc.record({
  user: fc.record({
    username: fc.constantFrom("u", "w", "system:serviceaccount:n:s"),
    uid: fc.constant(""),
    groups: some(fc.constantFrom("g", "i")),
    extra: fc.constant({}),
  }),
  verb: fc.constantFrom("get", "list", "delete"),
  resourceRequest: fc.boolean(),
  apiGroup: fc.constantFrom("", "apps"),
  apiVersion: fc.constant("v1"),
  resource: fc.constantFrom("pods", "nodes"),
  subresource: fc.constantFrom("", "log"),
  name: fc.constantFrom("", "a"),
  namespace: fc.constantFrom("", "n", "m"),
  path: fc.constantFrom("/x", "/x/y", "/z"),
});

function load(objects: readonly Stored[]): RbacPolicy {
  const policy = createRbacPolicy();
  for (const { resource, object } of objects) policy.upsert(resource, object);
  return policy;
}

test("the order in which objects arrive does not matter, not even to the reason", () => {
  fc.assert(
    fc.property(store, fc.array(attributes, { minLength: 1, maxLength: 8 }), (objects, wishes) => {
      const one = load(objects);
      const other = load([...objects].reverse());
      for (const wish of wishes) expect(other.authorize(wish)).toEqual(one.authorize(wish));
    }),
  );
});

test("adding an object never takes a permission away, unless it replaces one", () => {
  fc.assert(
    fc.property(store, attributes, (objects, wish) => {
      const policy = createRbacPolicy();
      let allowed = false;
      for (const { resource, object } of objects) {
        policy.upsert(resource, object);
        const now = policy.authorize(wish).decision === "allow";
        if (allowed) expect(now).toBe(true);
        allowed = now;
      }
    }),
  );
});

test("a decision is what the user's rules say", () => {
  fc.assert(
    fc.property(store, fc.array(attributes, { minLength: 1, maxLength: 5 }), (objects, wishes) => {
      const policy = load(objects);
      for (const wish of wishes) {
        const { rules } = policy.policyRulesFor(wish.user, wish.namespace);
        const allowed = rules.some((one) => ruleAllows(one, wish));
        expect(policy.authorize(wish).decision).toBe(allowed ? "allow" : "no-opinion");
        expect(policy.authorize(wish)).toBe(policy.authorize(wish));
      }
    }),
  );
});

test("an object that came and went leaves nothing behind", () => {
  fc.assert(
    fc.property(store, store, fc.array(attributes, { maxLength: 4 }), (kept, passing, wishes) => {
      const plain = load(kept);
      const policy = load([...passing, ...kept]);
      for (const { resource, object } of passing) {
        const { name = "", namespace = "" } = object.metadata;
        policy.remove(resource, namespace, name);
      }
      for (const { resource, object } of kept) policy.upsert(resource, object);
      for (const wish of wishes) expect(policy.authorize(wish)).toEqual(plain.authorize(wish));
    }),
  );
});

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { bootstrapPolicy } from "./bootstrap-policy.ts";
import type { RbacResource } from "./policy-rule.ts";

const RECORDED = new URL("../../../../../shared/golden/rbac/", import.meta.url);
const recorded = existsSync(RECORDED);

function read(resource: RbacResource): KubeObject[] {
  return JSON.parse(readFileSync(new URL(`${resource}.json`, RECORDED), "utf8"));
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function of(resource: RbacResource): Map<string, KubeObject> {
  return new Map(
    bootstrapPolicy()
      .filter((one) => one.resource === resource)
      .map(({ object }) => [keyOf(object), object]),
  );
}

/** What the aggregation controller makes of a role: rules of its parts by name, doubles left out. */
function aggregate(roles: Map<string, KubeObject>, name: string): unknown[] {
  const parts = {
    admin: ["edit", "system:aggregate-to-admin"],
    edit: ["system:aggregate-to-edit", "view"],
  };
  const rules: unknown[] = [];
  for (const part of parts[name as keyof typeof parts] ?? ["system:aggregate-to-view"]) {
    const own = roles.get(`/${part}`)?.rules as unknown[] | null | undefined;
    for (const rule of own ?? aggregate(roles, part)) {
      if (!rules.some((known) => JSON.stringify(known) === JSON.stringify(rule))) rules.push(rule);
    }
  }
  return rules;
}

describe.skipIf(!recorded)("the default policy is that of a real server", () => {
  test.each(["clusterroles", "clusterrolebindings", "roles", "rolebindings"] as const)(
    "%s",
    (resource) => {
      const ours = of(resource);
      const theirs = read(resource);
      expect([...ours.keys()].sort()).toEqual(theirs.map(keyOf).sort());
      for (const expected of theirs) {
        const {
          apiVersion: _version,
          kind: _kind,
          ...object
        } = ours.get(keyOf(expected)) ?? {
          metadata: {},
        };
        const rules = expected.aggregationRule === undefined ? {} : { rules: expected.rules };
        expect({ ...object, ...rules }).toEqual(expected);
      }
    },
  );
  test("aggregated roles come out as recorded", () => {
    const roles = of("clusterroles");
    for (const name of ["admin", "edit", "view"]) {
      const theirs = read("clusterroles").find((role) => role.metadata.name === name);
      expect(aggregate(roles, name)).toEqual(theirs?.rules);
    }
  });
});

test("every binding is of a role that there is", () => {
  const objects = bootstrapPolicy();
  const names = new Set(objects.map(({ resource, object }) => `${resource} ${keyOf(object)}`));
  for (const { resource, object } of objects) {
    if (resource !== "rolebindings" && resource !== "clusterrolebindings") continue;
    const ref = object.roleRef as { kind: string; name: string };
    const namespace = ref.kind === "Role" ? object.metadata.namespace : "";
    expect(names).toContain(`${ref.kind.toLowerCase()}s ${namespace}/${ref.name}`);
  }
});

test("objects are made anew, so that one may be changed", () => {
  const [first] = bootstrapPolicy();
  const [second] = bootstrapPolicy();
  expect(first?.object).toEqual(second?.object);
  expect(first?.object).not.toBe(second?.object);
});

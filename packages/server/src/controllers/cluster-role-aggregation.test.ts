import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterRole, PolicyRule } from "../api/types.ts";
import { CLUSTER_ROLES } from "../client/resource-type.ts";
import { Indexer } from "../informer/indexer.ts";
import { aggregateRules } from "./cluster-role-aggregation.ts";
import { type ControlledServer, startControlledServer } from "./controlled-server.fixture.ts";

const get = (resource: string): PolicyRule => ({
  verbs: ["get"],
  apiGroups: [""],
  resources: [resource],
});

function part(name: string, label: string, rules: PolicyRule[]): ClusterRole {
  return { metadata: { name, labels: { [label]: "yes" } }, rules };
}

function aggregated(name: string, ...labels: string[]): ClusterRole {
  const clusterRoleSelectors = labels.map((label) => ({ matchLabels: { [label]: "yes" } }));
  return { metadata: { name }, aggregationRule: { clusterRoleSelectors } };
}

describe("aggregated rules", () => {
  const x = part("z-first", "x", [get("pods"), get("secrets")]);
  const y = part("a-second", "x", [get("nodes"), { ...get("pods"), resourceNames: [] }]);
  const z = part("other", "y", [get("events"), get("nodes")]);

  it.each<[string, readonly ClusterRole[], ClusterRole, readonly string[]]>([
    ["by name of the role, each once", [x, y], aggregated("r", "x"), ["nodes", "pods", "secrets"]],
    [
      "selector by selector",
      [x, z],
      aggregated("r", "y", "x"),
      ["events", "nodes", "pods", "secrets"],
    ],
    ["of no role", [x, y, z], aggregated("r", "none"), []],
    ["without selectors", [x], { metadata: { name: "r" }, aggregationRule: {} }, []],
    ["never its own", [part("r", "x", [get("pods")])], aggregated("r", "x"), []],
  ])("%s", (_name, roles, role, resources) => {
    const indexer = new Indexer<ClusterRole>();
    for (const each of roles) indexer.put(each);
    expect(aggregateRules(role, indexer).flatMap((rule) => rule.resources)).toEqual(resources);
  });
});

describe("the controller", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const rulesOf = async (name: string): Promise<readonly (string[] | undefined)[]> => {
    const role = await server.client.resource(CLUSTER_ROLES).get({ namespace: "", name });
    return (role.rules ?? []).map(({ resources }) => resources);
  };
  const become = (name: string, resources: readonly string[]): Promise<true> =>
    server.until(async () => {
      const found = await rulesOf(name);
      return String(found) === String(resources) ? true : undefined;
    });

  it("fills the roles for users of a new cluster", async () => {
    for (const name of ["admin", "edit", "view"]) {
      await server.until(async () => ((await rulesOf(name)).length > 0 ? true : undefined));
    }
  });

  it("follows its parts as they come, change and go, over more than one level", async () => {
    const roles = server.client.resource(CLUSTER_ROLES);
    const middle = aggregated("middle", "example.com/leaf");
    await roles.create({
      ...middle,
      metadata: { name: "middle", labels: { "example.com/mid": "yes" } },
    });
    await roles.create(aggregated("top", "example.com/mid"));
    await roles.create(part("leaf-a", "example.com/leaf", [get("pods")]));
    await become("top", ["pods"]);
    await roles.create(part("leaf-b", "example.com/leaf", [get("nodes")]));
    await become("top", ["pods", "nodes"]);
    const key = { namespace: "", name: "leaf-b" };
    await roles.patch(key, "merge-patch", { rules: [get("events")] });
    await become("top", ["pods", "events"]);
    await roles.delete({ namespace: "", name: "leaf-a" });
    await become("top", ["events"]);
    await become("middle", ["events"]);
  });

  it("takes back rules that somebody wrote by hand, under its own name", async () => {
    const roles = server.client.resource(CLUSTER_ROLES);
    await roles.create(part("hand-part", "example.com/hand", [get("pods")]));
    await roles.create({ ...aggregated("hand", "example.com/hand"), rules: [get("secrets")] });
    await become("hand", ["pods"]);
    const { metadata } = await roles.get({ namespace: "", name: "hand" });
    const own = metadata.managedFields?.find(
      ({ manager }) => manager === "clusterrole-aggregation-controller",
    );
    expect(own?.operation).toBe("Apply");
    expect(server.complaints).toEqual([]);
  });
});

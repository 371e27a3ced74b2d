import { describe, expect, it } from "vitest";
import type { APIResourceDiscovery } from "../../api/types.ts";
import type { DiscoveredGroup } from "../aggregated-discovery.ts";
import { collectKinds, isWatched } from "./collected-kinds.ts";

const ALL = ["create", "delete", "get", "list", "watch"];

function resource(name: string, kind: string, more: Partial<APIResourceDiscovery> = {}) {
  return {
    ...{ resource: name, singularResource: "", scope: "Namespaced", verbs: ALL },
    responseKind: { group: "", version: "", kind },
    ...more,
  };
}

const GROUPS: readonly DiscoveredGroup[] = [
  {
    metadata: { name: "" },
    versions: [
      {
        version: "v1",
        resources: [
          resource("configmaps", "ConfigMap"),
          resource("nodes", "Node", { scope: "Cluster" }),
          resource("events", "Event"),
          resource("bindings", "Binding", { verbs: ["create"] }),
          resource("componentstatuses", "ComponentStatus", { verbs: ["get", "list"] }),
        ],
      },
    ],
  },
  {
    metadata: { name: "events.k8s.io" },
    versions: [{ version: "v1", resources: [resource("events", "Event")] }],
  },
  {
    metadata: { name: "example.com" },
    versions: [
      { version: "v2", resources: [resource("widgets", "Widget")] },
      {
        version: "v1",
        resources: [resource("widgets", "Widget"), resource("gadgets", "Gadget")],
      },
    ],
  },
];

describe("kinds that own and are owned", () => {
  const kinds = collectKinds(GROUPS);

  it("are watched once, in the preferred version, without events", () => {
    expect([...kinds.watched].map(([name, each]) => `${name} ${each.apiVersion}`)).toEqual([
      "/configmaps v1",
      "/nodes v1",
      "example.com/widgets example.com/v2",
      "example.com/gadgets example.com/v1",
    ]);
  });

  it("are found in every version", () => {
    const served = kinds.find({ apiVersion: "example.com/v1", kind: "Widget" });
    const type = { group: "example.com", version: "v1", resource: "widgets", namespaced: true };
    expect(served?.type).toEqual(type);
    expect(kinds.find({ apiVersion: "v1", kind: "Node" })?.type.namespaced).toBe(false);
    expect(kinds.find({ apiVersion: "v1", kind: "Widget" })).toBeUndefined();
  });

  it.each([
    ["v1", "ConfigMap", true],
    ["example.com/v1", "Widget", true],
    ["v1", "Event", false],
    ["v1", "ComponentStatus", false],
  ])("%s %s is watched: %s", (apiVersion, kind, watched) => {
    const served = kinds.find({ apiVersion, kind });
    expect(served !== undefined && isWatched(kinds, served)).toBe(watched);
  });
});

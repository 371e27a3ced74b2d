import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { taintNodesByCondition } from "./node-taints.ts";

const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
const OTHER = { key: "a", value: "b", effect: "NoExecute" };

function admit(node: object, more: Partial<AdmissionAttributes> = {}): unknown {
  const object = { metadata: { name: "n" }, ...node } as KubeObject;
  const attributes = { operation: "CREATE", group: "", resource: "nodes", subresource: "", object };
  void taintNodesByCondition.mutate?.({ ...attributes, ...more } as AdmissionAttributes);
  return object.spec;
}

describe("a new node", () => {
  it.each([
    ["without a word about taints", {}, [NOT_READY]],
    ["with one of its own", { spec: { taints: [OTHER] } }, [OTHER, NOT_READY]],
    ["that has it already", { spec: { taints: [NOT_READY, OTHER] } }, [NOT_READY, OTHER]],
    [
      "that has it with another effect",
      { spec: { taints: [{ ...NOT_READY, effect: "NoExecute" }] } },
      [{ ...NOT_READY, effect: "NoExecute" }, NOT_READY],
    ],
  ])("%s takes no pods yet", (_what, node, taints) => {
    expect(admit(node)).toEqual({ taints });
  });

  it("keeps what else its spec says", () => {
    expect(admit({ spec: { unschedulable: true } })).toEqual({
      unschedulable: true,
      taints: [NOT_READY],
    });
  });
});

it.each<Partial<AdmissionAttributes>>([
  { operation: "UPDATE" },
  { subresource: "status" },
  { resource: "pods" },
  { group: "example.com" },
])("nothing else is tainted: %j", (more) => {
  expect(admit({ spec: {} }, more)).toEqual({});
});

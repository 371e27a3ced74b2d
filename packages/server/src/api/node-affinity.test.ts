import { describe, expect, it } from "vitest";
import { namedNodes, preferredNodes, requiredNodes } from "./node-affinity.ts";
import type { NodeSelectorOperator, NodeSelectorTerm, PodSpec } from "./types.ts";

const NODE = { metadata: { name: "n1", labels: { disk: "ssd", cores: "8", empty: "" } } };

function required(...nodeSelectorTerms: NodeSelectorTerm[]): PodSpec {
  return {
    containers: [],
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    },
  };
}

function label(key: string, operator: NodeSelectorOperator, ...values: string[]): NodeSelectorTerm {
  return { matchExpressions: [{ key, operator, values }] };
}

function field(operator: NodeSelectorOperator, ...values: string[]): NodeSelectorTerm {
  return { matchFields: [{ key: "metadata.name", operator, values }] };
}

describe("nodes that a pod may be on", () => {
  it.each<[string, PodSpec, boolean]>([
    ["no demands", { containers: [] }, true],
    ["a selector", { containers: [], nodeSelector: { disk: "ssd", cores: "8" } }, true],
    ["a selector of an empty value", { containers: [], nodeSelector: { empty: "" } }, true],
    ["a selector of another value", { containers: [], nodeSelector: { disk: "hdd" } }, false],
    ["a selector of a label that is not there", { containers: [], nodeSelector: { x: "" } }, false],
    ["no terms", required(), false],
    ["an empty term", required({}), false],
    ["an empty term and one that matches", required({}, label("disk", "Exists")), true],
    ["In", required(label("disk", "In", "hdd", "ssd")), true],
    ["In, not there", required(label("x", "In", "")), false],
    ["NotIn", required(label("disk", "NotIn", "hdd")), true],
    ["NotIn, there", required(label("disk", "NotIn", "ssd")), false],
    ["NotIn of a label that is not there", required(label("x", "NotIn", "y")), true],
    ["Exists", required(label("empty", "Exists")), true],
    ["DoesNotExist", required(label("x", "DoesNotExist")), true],
    ["DoesNotExist, there", required(label("disk", "DoesNotExist")), false],
    ["Gt", required(label("cores", "Gt", "7")), true],
    ["Gt of the same", required(label("cores", "Gt", "8")), false],
    ["Lt", required(label("cores", "Lt", "10")), true],
    ["Lt of what is no number", required(label("disk", "Lt", "10")), false],
    ["In without values", required(label("disk", "In")), false],
    [
      "an operator that is none",
      required(label("disk", "Is" as NodeSelectorOperator, "ssd")),
      false,
    ],
    ["the name", required(field("In", "n1")), true],
    ["another name", required(field("In", "n2")), false],
    ["not another name", required(field("NotIn", "n2")), true],
    ["two names at once", required(field("In", "n1", "n2")), false],
    [
      "another field",
      required({ matchFields: [{ key: "spec.x", operator: "In", values: ["n1"] }] }),
      false,
    ],
    [
      "one term, of which one demand is not met",
      required({ ...label("disk", "Exists"), ...field("In", "n2") }),
      false,
    ],
    ["one of two terms", required(label("x", "Exists"), label("disk", "Exists")), true],
    [
      "a term, but not the selector",
      { ...required(label("disk", "Exists")), nodeSelector: { disk: "hdd" } },
      false,
    ],
  ])("%s: %s", (_name, spec, matches) => {
    expect(requiredNodes(spec)(NODE)).toBe(matches);
  });

  it("a node without labels has none", () => {
    const bare = { metadata: { name: "n2" } };
    expect(requiredNodes(required(label("disk", "DoesNotExist")))(bare)).toBe(true);
    expect(requiredNodes({ containers: [], nodeSelector: { disk: "ssd" } })(bare)).toBe(false);
  });
});

describe("nodes that a pod would like to be on", () => {
  it("add the weights of what they meet", () => {
    const preference = preferredNodes({
      containers: [],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 3, preference: label("disk", "Exists") },
            { weight: 5, preference: label("x", "Exists") },
            { weight: 7, preference: label("cores", "Gt", "4") },
          ],
        },
      },
    });
    expect(preference(NODE)).toBe(10);
    expect(preference({ metadata: { name: "n2" } })).toBe(0);
  });

  it("are all the same to a pod without preferences", () => {
    expect(preferredNodes({ containers: [] })(NODE)).toBe(0);
  });
});

describe("nodes that are named", () => {
  const both = {
    matchFields: [...(field("In", "a").matchFields ?? []), ...(field("In", "b").matchFields ?? [])],
  };
  it.each<[string, PodSpec, readonly string[] | undefined]>([
    ["nothing is said", { containers: [] }, undefined],
    ["one", required(field("In", "a")), ["a"]],
    ["one of two", required(field("In", "a"), field("In", "b")), ["a", "b"]],
    ["two that contradict each other", required(both), []],
    ["a term that names none", required(field("In", "a"), label("disk", "Exists")), undefined],
    ["one that is not meant", required(field("NotIn", "a")), undefined],
  ])("%s", (_name, spec, names) => {
    const named = namedNodes(spec);
    expect(named === undefined ? undefined : [...named]).toEqual(names);
  });
});

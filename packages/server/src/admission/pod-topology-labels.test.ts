import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { createPodTopologyLabels } from "./pod-topology-labels.ts";

const ZONE = "topology.kubernetes.io/zone";
const REGION = "topology.kubernetes.io/region";
const PLACE = { [ZONE]: "a", [REGION]: "r" };
const NODES: Readonly<Record<string, KubeObject>> = {
  placed: {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "placed", labels: { ...PLACE, "topology.kubernetes.io/rack": "9", x: "y" } },
  },
  plain: { apiVersion: "v1", kind: "Node", metadata: { name: "plain", labels: { x: "y" } } },
};

function labelsAfter(object: object, more: Partial<AdmissionAttributes>): unknown {
  const whole = structuredClone({ metadata: { name: "p" }, ...object }) as KubeObject;
  const attributes = { operation: "CREATE", group: "", resource: "pods", subresource: "" };
  void createPodTopologyLabels((name) => NODES[name]).mutate?.({
    ...attributes,
    ...more,
    object: whole,
  } as AdmissionAttributes);
  return whole.metadata.labels;
}

const binding = (kind: string | undefined, name: string) => ({ target: { kind, name } });
const OWN = { metadata: { name: "p", labels: { [ZONE]: "mine", app: "web" } } };

describe("labels of a pod's place", () => {
  test.each<[string, object, Partial<AdmissionAttributes>, unknown]>([
    ["of a new pod with a node", { spec: { nodeName: "placed" } }, {}, PLACE],
    ["win", { ...OWN, spec: { nodeName: "placed" } }, {}, { ...PLACE, app: "web" }],
    ["of a new pod without a node", { spec: {} }, {}, undefined],
    ["of a node without a place", { ...OWN, spec: { nodeName: "plain" } }, {}, OWN.metadata.labels],
    ["of a node that is not there", { spec: { nodeName: "nobody" } }, {}, undefined],
    ["of a binding", binding("Node", "placed"), { subresource: "binding" }, PLACE],
    [
      "of a binding to no kind",
      binding(undefined, "placed"),
      { subresource: "binding" },
      undefined,
    ],
    ["of a pod that changes", { spec: { nodeName: "placed" } }, { operation: "UPDATE" }, undefined],
    ["of the older bindings", binding("Node", "placed"), { resource: "bindings" }, undefined],
    ["of an eviction", { spec: { nodeName: "placed" } }, { subresource: "eviction" }, undefined],
  ])("%s", (_what, object, more, expected) => {
    expect(labelsAfter(object, more)).toEqual(expected);
  });
});

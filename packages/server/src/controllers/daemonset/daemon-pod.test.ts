import { describe, expect, it } from "vitest";
import type { Affinity, Pod } from "../../api/types.ts";
import { daemonPodTemplate, daemonTolerations, isUpdated, targetNode } from "./daemon-pod.ts";
import { daemonPod, daemonSet } from "./daemon-set.fixture.ts";

const GENERATION = "deprecated.daemonset.template.generation";

describe("pods of a DaemonSet", () => {
  it("bear the hash of their revision, and their node in the affinity", () => {
    const preferred = {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }],
    };
    const affinity: Affinity = {
      nodeAffinity: {
        ...preferred,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] },
      },
      podAntiAffinity: {},
    };
    const { metadata, spec } = daemonPodTemplate(daemonSet({ template: { affinity } }), "h", "n1");
    expect(metadata?.labels).toEqual({ app: "agent", "controller-revision-hash": "h" });
    expect(spec?.affinity).toEqual({
      podAntiAffinity: {},
      nodeAffinity: {
        ...preferred,
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] },
          ],
        },
      },
    });
  });

  it("bear the old generation of the template where there is one", () => {
    const set = daemonSet({ annotations: { [GENERATION]: "7" } });
    const { metadata } = daemonPodTemplate(set, "h", "n1");
    expect(metadata?.labels?.["pod-template-generation"]).toBe("7");
  });

  it("tolerate what is wrong with nodes, besides their own", () => {
    const own = { key: "a", operator: "Exists" as const };
    const seconds = {
      ...{ key: "node.kubernetes.io/not-ready", operator: "Exists" as const },
      ...{ effect: "NoExecute" as const, tolerationSeconds: 5 },
    };
    const tolerations = daemonTolerations({ containers: [], tolerations: [own, seconds] });
    expect(tolerations.map(({ key }) => key)).toEqual([
      "a",
      ...["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure"].map(
        (name) => `node.kubernetes.io/${name}`,
      ),
      "node.kubernetes.io/unschedulable",
    ]);
    expect(tolerations[1]).not.toHaveProperty("tolerationSeconds");
  });

  it("know their node before they are on it", () => {
    const { spec } = daemonPodTemplate(daemonSet(), "h", "n1");
    const waiting: Pod = { metadata: { name: "p" }, ...(spec === undefined ? {} : { spec }) };
    expect(targetNode(waiting)).toBe("n1");
    expect(targetNode(daemonPod("p", { nodeName: "n2" }))).toBe("n2");
    expect(targetNode({ metadata: { name: "p" }, spec: { containers: [] } })).toBeUndefined();
  });

  it.each<[string, boolean, Record<string, string>, Record<string, string>]>([
    ["the same hash", true, { "controller-revision-hash": "h" }, {}],
    ["another hash", false, { "controller-revision-hash": "g" }, {}],
    ["the same generation", true, { "pod-template-generation": "7" }, { [GENERATION]: "7" }],
    ["another generation", false, { "pod-template-generation": "6" }, { [GENERATION]: "7" }],
    ["a generation that is none", false, { "pod-template-generation": "x" }, { [GENERATION]: "x" }],
  ])("are up to date: %s, %s", (_name, updated, labels, annotations) => {
    const pod: Pod = { metadata: { name: "p", labels } };
    expect(isUpdated(pod, daemonSet({ annotations }), "h")).toBe(updated);
  });
});

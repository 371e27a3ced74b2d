import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { createNodeDeclaredFeatures } from "./node-declared-features.ts";

const LEVEL = "InPlacePodLevelResourcesVerticalScaling";
const INIT = "InPlacePodVerticalScalingInitContainers";

interface Sizes {
  container?: string;
  init?: string;
  sidecar?: string;
  pod?: string | undefined;
  nodeName?: string;
}

function podOf({ container = "1", init = "1", sidecar = "1", pod, nodeName = "n" }: Sizes) {
  const of = (cpu: string) => ({ resources: { requests: { cpu } } });
  return {
    nodeName,
    initContainers: [
      { name: "i", ...of(init) },
      { name: "s", restartPolicy: "Always", ...of(sidecar) },
    ],
    containers: [{ name: "c", ...of(container) }],
    ...(pod === undefined ? {} : of(pod)),
  };
}

/** The refusal of a change from the sizes of `old` (all 1) to those of `now`. */
function refusal(now: Sizes, declared: readonly string[], more: object = {}): string | undefined {
  const node = { metadata: { name: "n" }, status: { declaredFeatures: declared } };
  const plugin = createNodeDeclaredFeatures((name) =>
    name === "n" ? (node as unknown as KubeObject) : undefined,
  );
  const pod = (generation: number, sizes: Sizes) => ({
    metadata: { name: "p", generation },
    spec: podOf(sizes),
  });
  const attributes = {
    operation: "UPDATE",
    group: "",
    resource: "pods",
    subresource: "resize",
    name: "p",
    object: pod(2, now),
    oldObject: pod(1, { pod: "1", nodeName: now.nodeName ?? "n" }),
    ...more,
  };
  try {
    void plugin.validate?.(attributes as unknown as AdmissionAttributes);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const lacks = (...features: string[]) =>
  `pods "p" is forbidden: pod update requires features ${features.join(", ")} which are not available on node "n"`;

describe("a change of a bound pod needs of its node", () => {
  test.each<[string, Sizes, readonly string[], string | undefined]>([
    ["nothing for containers", { pod: "1", container: "2" }, [], undefined],
    ["nothing for sidecars", { pod: "1", sidecar: "2" }, [], undefined],
    ["nothing for the same size in other words", { pod: "1000m" }, [], undefined],
    ["a feature for init containers", { pod: "1", init: "2" }, [], lacks(INIT)],
    ["a feature for the pod as a whole", { pod: "2" }, [INIT], lacks(LEVEL)],
    ["a feature for what the pod loses", {}, [], lacks(LEVEL)],
    ["both", { pod: "2", init: "2" }, [], lacks(LEVEL, INIT)],
    ["what is declared", { pod: "2", init: "2" }, [INIT, LEVEL], undefined],
    ["nothing while it has none", { pod: "2", nodeName: "" }, [], undefined],
    [
      "that it is there",
      { pod: "2", nodeName: "gone" },
      [LEVEL],
      'pods "p" is forbidden: node "gone" not found',
    ],
  ])("%s", (_what, now, declared, expected) => {
    expect(refusal(now, declared)).toBe(expected);
  });

  test.each([
    ["a status", { subresource: "status" }],
    ["a new pod", { operation: "CREATE" }],
    ["something else", { resource: "podtemplates" }],
  ])("nothing for %s", (_what, more) => {
    expect(refusal({ pod: "2" }, [], more)).toBeUndefined();
  });
});

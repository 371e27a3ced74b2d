import { describe, expect, it } from "vitest";
import type { Container } from "../../api/types.ts";
import { memorySize } from "./empty-dir-size.ts";
import { podOf } from "./volume-source.fixture.ts";

const MIB = 2n ** 20n;

function container(memory?: string, more: Partial<Container> = {}): Container {
  return {
    name: "c",
    ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
    ...more,
  };
}

describe("how large a directory in memory may be", () => {
  it.each([
    ["as the volume says", "10Mi", [container("20Mi")], "100Mi", 10n * MIB],
    [
      "as its containers may use",
      "50Mi",
      [container("20Mi"), container("10Mi")],
      "100Mi",
      30n * MIB,
    ],
    ["as the node has", undefined, [container()], "100Mi", 100n * MIB],
    [
      "as the node has, if one container has no limit",
      undefined,
      [container("1Mi"), container()],
      "100Mi",
      100n * MIB,
    ],
    ["not larger than the node", "1Gi", [container()], "100Mi", 100n * MIB],
    [
      "as the volume says, where nobody knows the node",
      "10Mi",
      [container()],
      undefined,
      10n * MIB,
    ],
    ["as the node has, for a limit of nothing", "0", [container()], "100Mi", 100n * MIB],
    ["anything, when nobody says", undefined, [container()], undefined, undefined],
  ])("%s", (_what, sizeLimit, containers, memory, wanted) => {
    const allocatable = memory === undefined ? {} : { memory };
    expect(memorySize(sizeLimit, podOf({ containers }), allocatable)).toBe(wanted);
  });

  it.each([
    ["an init container that may use more", [container("50Mi")], 50n * MIB],
    ["one that may use less", [container("5Mi")], 20n * MIB],
    ["a sidecar, which runs beside", [container("5Mi", { restartPolicy: "Always" })], 25n * MIB],
    ["one without a limit", [container()], 100n * MIB],
  ])("counts %s", (_what, initContainers, wanted) => {
    const pod = podOf({ containers: [container("20Mi")], initContainers });
    expect(memorySize(undefined, pod, { memory: "100Mi" })).toBe(wanted);
  });

  it("is what the pod as a whole may use, if it says", () => {
    const pod = podOf({ containers: [container()], resources: { limits: { memory: "7Mi" } } });
    expect(memorySize(undefined, pod, { memory: "100Mi" })).toBe(7n * MIB);
  });
});

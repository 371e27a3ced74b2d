import { describe, expect, it } from "vitest";
import type { Pod } from "../../../api/types.ts";
import { exceededLimit, storageLimits } from "./storage-limits.ts";

const KI = 1024n;

function podWith(volumeLimit?: string, ...containerLimits: readonly (string | undefined)[]): Pod {
  return {
    metadata: { name: "p" },
    spec: {
      volumes: [
        { name: "v", emptyDir: volumeLimit === undefined ? {} : { sizeLimit: volumeLimit } },
        { name: "m", emptyDir: { medium: "Memory", sizeLimit: "1" } },
      ],
      containers: containerLimits.map((limit, index) => ({
        name: `c${index}`,
        ...(limit === undefined
          ? {}
          : { resources: { limits: { "ephemeral-storage": limit, cpu: "1" } } }),
      })),
    },
  };
}

describe("what a pod may keep on the disk", () => {
  it.each<[string, Pod, bigint, readonly bigint[], string | undefined]>([
    ["without a limit", podWith(undefined, undefined), 999n * KI, [999n * KI], undefined],
    ["just as much as its volume may", podWith("10Ki", undefined), 10n * KI, [0n], undefined],
    [
      "more than its volume may",
      podWith("10Ki", undefined),
      10n * KI + 1n,
      [0n],
      'Usage of EmptyDir volume "v" exceeds the limit "10Ki". ',
    ],
    ["a limit of nothing", podWith("0", undefined), 999n, [0n], undefined],
    [
      "more than all containers may",
      podWith(undefined, "10Ki", "10Ki"),
      21n * KI,
      [0n, 0n],
      "Pod ephemeral local storage usage exceeds the total limit of containers 20Ki. ",
    ],
    [
      "more than one container may",
      podWith(undefined, "10Ki", "20Ki"),
      0n,
      [11n * KI, 0n],
      'Container c0 exceeded its local ephemeral storage limit "10Ki". ',
    ],
    ["less than each may", podWith("1Mi", "1Mi", "1Mi"), 1n, [1n, 1n], undefined],
  ])("%s", (_what, pod, volume, containers, message) => {
    const limits = storageLimits(pod);
    const usage = {
      volumes: new Map([["v", volume]]),
      containers: new Map(containers.map((bytes, index) => [`c${index}`, bytes] as const)),
    };
    const found = limits === undefined ? undefined : exceededLimit(limits, usage);
    expect(found).toBe(message);
  });

  it("is not looked at where there are no limits", () => {
    expect(storageLimits(podWith(undefined, undefined))).toBeUndefined();
  });
});

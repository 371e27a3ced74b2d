import { describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/types.ts";
import { decideWait } from "./decide-wait.ts";
import type { Trouble } from "./pod-sync.ts";

const NOW = Date.UTC(2026, 0, 1);

function wait(
  troubles: readonly Trouble[],
  spec: Partial<PodSpec> = {},
  fraction = 0,
  isNew = false,
): number {
  return decideWait({
    pod: { metadata: {}, spec: { containers: [], ...spec } },
    told: { startTime: "2026-01-01T00:00:00Z" },
    troubles,
    volumesAt: NOW + 500,
    isNew,
    now: NOW,
    fraction,
  });
}

const trouble = (kind: Trouble["kind"], retryAt?: number): Trouble => ({
  kind,
  message: "",
  ...(retryAt === undefined ? {} : { retryAt }),
});

describe("how long a pod is left alone", () => {
  it.each<[string, readonly Trouble[], number]>([
    ["when all is well", [], 60_000],
    ["after trouble", [trouble("container")], 10_000],
    ["until a back-off is over", [trouble("container", NOW + 40_000)], 40_000],
    [
      "until the first of several is",
      [trouble("sandbox"), trouble("container", NOW + 3_000)],
      3_000,
    ],
    ["until volumes are worth another try", [trouble("volumes")], 500],
    ["never longer than usual", [trouble("container", NOW + 300_000)], 60_000],
    ["not at all when it is time", [trouble("container", NOW - 5)], 0],
  ])("%s", (_when, troubles, ms) => {
    expect(wait(troubles)).toBe(ms);
  });

  it("differs by up to half, so that not all come at once", () => {
    expect(wait([], {}, 0.999)).toBeCloseTo(89_970);
    expect(wait([trouble("runtime")], {}, 0.5)).toBe(12_500);
  });

  it("is a second after its sandbox came to be, for whoever waits for an image", () => {
    expect(wait([trouble("container")], {}, 0, true)).toBe(1_000);
    expect(wait([trouble("sandbox")], {}, 0, true)).toBe(10_000);
    expect(wait([], {}, 0, true)).toBe(60_000);
  });

  it("is until its deadline at most", () => {
    expect(wait([], { activeDeadlineSeconds: 7 })).toBe(7_000);
  });
});

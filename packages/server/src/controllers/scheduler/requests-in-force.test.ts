import { describe, expect, it } from "vitest";
import type { Pod, PodStatus } from "../../api/types.ts";
import { placedPod } from "./node-info.ts";
import { asksForLess } from "./pod-requirements.ts";
import { pod } from "./pods.fixture.ts";
import { specInForce } from "./requests-in-force.ts";

function resized(wanted: string, allocated: string, inForce: string, infeasible = false): Pod {
  const pending = { type: "PodResizePending", status: "True", reason: "Infeasible" } as const;
  const status: PodStatus = {
    containerStatuses: [
      {
        ...{ name: "c", image: "i", imageID: "", ready: true, restartCount: 0 },
        resources: { requests: { cpu: inForce } },
        allocatedResources: { cpu: allocated },
      },
    ],
    ...(infeasible ? { conditions: [pending] } : {}),
  };
  return { ...pod({ requests: { cpu: wanted } }), status };
}

describe("what a pod takes of its node", () => {
  it.each<[string, Pod, bigint]>([
    ["is what it wants", resized("1", "1", "1"), 1000n],
    ["is more already, when it is to grow", resized("2", "1", "1"), 2000n],
    ["is still more, while it shrinks", resized("500m", "500m", "1"), 1000n],
    ["is still more, when that is not agreed to yet", resized("500m", "1", "1"), 1000n],
    ["is no more, where it cannot grow", resized("2", "1", "1", true), 1000n],
    ["is what it wants, where nobody tells", pod({ requests: { cpu: "1" } }), 1000n],
  ])("%s", (_what, of, cpu) => {
    expect(placedPod(of).amounts.get("cpu")).toBe(cpu);
  });

  it("is its spec while nothing is under way", () => {
    const still = resized("1", "1", "1");
    expect(specInForce(still)).toBe(still.spec);
  });

  it("becomes less when its node has made the change", () => {
    expect(asksForLess(resized("500m", "500m", "500m"), resized("500m", "500m", "1"))).toBe(true);
    expect(asksForLess(resized("1", "1", "1"), resized("1", "1", "1"))).toBe(false);
  });
});

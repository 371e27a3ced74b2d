import { describe, expect, it } from "vitest";
import type { PodStatus } from "../../api/types.ts";
import { statusPatch } from "./status-patch.ts";

describe("the patch of a status", () => {
  it.each<[string, PodStatus, PodStatus, Record<string, unknown> | undefined]>([
    ["is none for the same", { phase: "Running" }, { phase: "Running" }, undefined],
    ["takes absent and empty for the same", { reason: "" }, { containerStatuses: [] }, undefined],
    ["takes fields away", { reason: "Evicted" }, {}, { reason: null }],
    [
      "replaces addresses",
      { podIPs: [{ ip: "10.0.0.1" }] },
      { podIPs: [{ ip: "10.0.0.2" }] },
      { podIPs: [{ ip: "10.0.0.2" }, { $patch: "replace" }] },
    ],
    ["says that nothing is in force", {}, { resources: {} }, { resources: {} }],
    [
      "names a condition with all that it has lost",
      { conditions: [{ type: "Ready", status: "False", reason: "x", message: "y" }] },
      { conditions: [{ type: "Ready", status: "True" }] },
      { conditions: [{ type: "Ready", status: "True", reason: null, message: null }] },
    ],
    [
      "takes its own conditions away, and no others",
      {
        conditions: [
          { type: "Ready", status: "True" },
          { type: "example.com/gate", status: "True" },
        ],
      },
      {},
      { conditions: [{ type: "Ready", $patch: "delete" }] },
    ],
  ])("%s", (_what, stored, wanted, patch) => {
    expect(statusPatch(stored, wanted)).toEqual(patch);
  });
});

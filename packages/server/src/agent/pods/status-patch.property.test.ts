import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import type { PodCondition, PodStatus } from "../../api/types.ts";
import { sameValue } from "./same-value.ts";
import { statusPatch } from "./status-patch.ts";

const word = fc.constantFrom("a", "b", "");
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const OWN = ["Ready", "Initialized", "PodScheduled"];
const OTHERS = ["example.com/gate", "DisruptionTarget"];

function conditions(types: readonly string[]): fc.Arbitrary<PodCondition[]> {
  return fc.uniqueArray(
    fc
      .record({
        type: fc.constantFrom(...types),
        status: fc.constantFrom("True", "False"),
        reason: optional(word),
        message: optional(word),
        lastTransitionTime: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        observedGeneration: optional(fc.constantFrom(1, 2)),
      })
      .map(withoutUndefined<PodCondition>),
    { selector: ({ type }) => type, maxLength: 3 },
  );
}

function statuses(types: readonly string[]): fc.Arbitrary<PodStatus> {
  const ips = fc.uniqueArray(fc.constantFrom("10.0.0.1", "10.0.0.2", "fd00::1"), { maxLength: 2 });
  const container = fc.record({
    name: fc.constantFrom("c", "d"),
    image: word,
    imageID: word,
    ready: fc.boolean(),
    restartCount: fc.constantFrom(0, 1),
  });
  return fc
    .record({
      phase: optional(fc.constantFrom("Pending" as const, "Running" as const)),
      reason: optional(word),
      message: optional(word),
      podIP: optional(word),
      podIPs: optional(ips.map((list) => list.map((ip) => ({ ip })))),
      hostIPs: optional(ips.map((list) => list.map((ip) => ({ ip })))),
      containerStatuses: optional(fc.array(container, { maxLength: 2 })),
      conditions: conditions(types),
      resources: optional(fc.record({ limits: optional(fc.constant({ cpu: "1" })) })),
      allocatedResources: optional(
        fc.dictionary(fc.constantFrom("cpu", "memory"), fc.constant("1")),
      ),
    })
    .map(withoutUndefined<PodStatus>);
}

function withoutUndefined<T extends object>(object: { [K in keyof T]?: unknown }): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

/** What the server makes of it. */
function applied(stored: PodStatus, patch: Record<string, unknown> | undefined): PodStatus {
  const object = applyStrategicMergePatch(
    { status: stored },
    { status: patch ?? {} },
    "core.v1.Pod",
  );
  return object.status as PodStatus;
}

describe("the patch of a status", () => {
  it("makes the agent's part of it what it should be, and leaves what others own", () => {
    fc.assert(
      fc.property(statuses([...OWN, ...OTHERS]), statuses(OWN), (stored, wanted) => {
        const after = applied(stored, statusPatch(stored, wanted));
        const { conditions: told = [], ...fields } = after;
        const { conditions: expected = [], ...wantedFields } = wanted;
        expect(sameValue(fields, wantedFields)).toBe(true);
        const ofOthers = ({ type }: PodCondition): boolean => OTHERS.includes(type);
        const byType = (left: PodCondition, right: PodCondition): number =>
          left.type < right.type ? -1 : 1;
        const own = told.filter((each) => !ofOthers(each)).sort(byType);
        expect(sameValue(own, [...expected].sort(byType))).toBe(true);
        expect(told.filter(ofOthers)).toEqual((stored.conditions ?? []).filter(ofOthers));
      }),
    );
  });

  it("is none for what is so already", () => {
    fc.assert(
      fc.property(statuses([...OWN, ...OTHERS]), statuses(OWN), (stored, wanted) => {
        const after = applied(stored, statusPatch(stored, wanted));
        expect(statusPatch(after, wanted)).toBeUndefined();
      }),
    );
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import type { JobStatus, Pod } from "../../api/types.ts";
import { job, NOW, pod, snapshot } from "./job.fixture.ts";
import { COMPLETION_INDEX } from "./job-facts.ts";
import { accountForPods, settleUncounted } from "./pod-accounting.ts";

/**
 * A reconcile may be cut off after any write, and the informer may know pods as they were before
 * their finalizers went. However that goes, every pod is counted exactly once.
 */
const round = fc.record({
  statusWritten: fc.boolean(),
  released: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  settledWritten: fc.boolean(),
  informerLags: fc.boolean(),
});

it.each<[string, boolean]>([
  ["pods", false],
  ["indexes", true],
])("%s that have ended are counted once", (_case, indexed) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("Succeeded", "Failed"), { minLength: 8, maxLength: 8 }),
      fc.array(round, { maxLength: 12 }),
      (phases, rounds) => {
        let status: JobStatus = {};
        const ended = phases.map((phase, index) =>
          pod(`p${index}`, { phase, ...(indexed ? { index } : {}) }),
        );
        const free = new Set<string>();
        const seenFree = new Set<string>();
        const last = {
          statusWritten: true,
          released: phases.map(() => true),
          settledWritten: true,
        };
        for (const each of [
          ...rounds,
          { ...last, informerLags: false },
          { ...last, informerLags: false },
        ]) {
          if (!each.informerLags) for (const uid of free) seenFree.add(uid);
          const released = new Set([...free].filter((uid) => !seenFree.has(uid)));
          status = reconcile(ended, status, { free, seenFree, released }, each, indexed);
        }
        const succeeded = phases.filter((phase) => phase === "Succeeded").length;
        expect([status.succeeded ?? 0, status.failed ?? 0]).toEqual([
          succeeded,
          phases.length - succeeded,
        ]);
        expect(status.uncountedTerminatedPods).toEqual({});
        if (indexed) {
          const indexes = ended.filter((each) => each.status?.phase === "Succeeded");
          const text = indexes.map(({ metadata }) => metadata.annotations?.[COMPLETION_INDEX]);
          expect(new Set(expand(status.completedIndexes ?? ""))).toEqual(new Set(text));
        }
      },
    ),
  );
});

interface World {
  readonly free: Set<string>;
  readonly seenFree: ReadonlySet<string>;
  readonly released: ReadonlySet<string>;
}

/** One reconcile of a controller that is interrupted where the round says so. @returns the stored status */
function reconcile(
  ended: readonly Pod[],
  stored: JobStatus,
  { free, seenFree, released }: World,
  round: {
    readonly statusWritten: boolean;
    readonly released: readonly boolean[];
    readonly settledWritten: boolean;
  },
  indexed: boolean,
): JobStatus {
  const spec = indexed ? { completionMode: "Indexed" as const, completions: 8 } : {};
  const seen = ended.map((each) => {
    if (!seenFree.has(each.metadata.uid ?? "")) return each;
    const { finalizers: _finalizers, ...metadata } = each.metadata;
    return { ...each, metadata };
  });
  const of = { ...job({ backoffLimit: 99, ...spec }), status: stored };
  const accounting = accountForPods(snapshot(of, seen, { released }), stored, undefined, NOW);
  if (accounting.changed && !round.statusWritten) return stored;
  const written = accounting.changed ? accounting.status : stored;
  const held = new Set(accounting.held);
  accounting.release.forEach(({ metadata: { uid = "" } }, index) => {
    if (round.released[index] !== true) return;
    free.add(uid);
    held.delete(uid);
  });
  const settled = settleUncounted(written, held);
  return settled.changed && round.settledWritten ? settled.status : written;
}

function expand(text: string): readonly string[] {
  return (text === "" ? [] : text.split(",")).flatMap((part) => {
    const [first = "", last = first] = part.split("-");
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
      String(Number(first) + index),
    );
  });
}

import fc from "fast-check";
import { expect, it } from "vitest";
import { maxReplicasOf, maxUnavailableOf } from "./replica-counts.ts";
import type { ReplicaSets } from "./replica-sets.ts";
import { growNewest, shrinkOld } from "./rolling-update.ts";
import { deployment, replicaSet } from "./sets.fixture.ts";

/** A set in the simulation: what it wants, what it has, and how much of it is available. */
interface Simulated {
  wanted: number;
  actual: number;
  available: number;
}

const amount = fc.oneof(
  fc.integer({ min: 0, max: 8 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);

/**
 * From any state that a deployment can get into, while pods come and go as they like, a rollout
 * never has more pods than allowed, never takes available pods that are needed, and gets to its end.
 */
it("a rolling update keeps its bounds and comes to an end", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 12 }),
      amount,
      amount,
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.nat({ max: 3 })),
      (replicas, maxSurge, maxUnavailable, sizes, chance) => {
        const wanted = deployment({ replicas, maxSurge, maxUnavailable });
        const old = sizes.map((size) => ({ wanted: size, actual: size, available: size }));
        const newest: Simulated = { wanted: 0, actual: 0, available: 0 };
        const all = [...old, newest];
        const minAvailable = replicas - maxUnavailableOf(wanted);
        const total = (count: keyof Simulated): number =>
          all.reduce((sum, set) => sum + set[count], 0);
        let rounds = 0;
        for (; rounds < 500 && !isOver(old, newest, replicas); rounds++) {
          const before = total("wanted");
          const availableBefore = total("available");
          step(wanted, old, newest);
          expect(total("wanted")).toBeLessThanOrEqual(Math.max(before, maxReplicasOf(wanted)));
          const next = chance.next().value ?? 0;
          for (const set of all) settle(set, next);
          // A set that shrinks gives up pods that are not available first.
          const needed = Math.min(minAvailable, availableBefore);
          expect(total("available")).toBeGreaterThanOrEqual(needed);
        }
        expect(rounds).toBeLessThan(500);
      },
    ),
    { numRuns: 300 },
  );
});

function isOver(old: readonly Simulated[], newest: Simulated, replicas: number): boolean {
  return newest.available === replicas && old.every(({ actual }) => actual === 0);
}

/** One reconcile. */
function step(
  wanted: ReturnType<typeof deployment>,
  old: readonly Simulated[],
  newest: Simulated,
): void {
  const seen: ReplicaSets = {
    old: old.map(({ wanted: replicas, available, actual }, index) =>
      replicaSet({ name: `old-${index}`, replicas, available, actual, createdAt: index }),
    ),
    newest: replicaSet({
      name: "new",
      replicas: newest.wanted,
      available: newest.available,
      actual: newest.actual,
    }),
  };
  if (seen.newest === undefined) return;
  const more = growNewest(wanted, seen, seen.newest);
  if (more !== undefined) newest.wanted = more.replicas;
  else {
    for (const { set, replicas } of shrinkOld(wanted, seen, seen.newest)) {
      const simulated = old[seen.old.indexOf(set)];
      if (simulated !== undefined) simulated.wanted = replicas;
    }
  }
}

/** Pods come and go; of those that came, `slowness` in four do not get available yet. */
function settle(set: Simulated, slowness: number): void {
  set.actual = set.wanted;
  set.available = Math.min(set.available, set.actual);
  const late = Math.floor(((set.actual - set.available) * slowness) / 4);
  set.available = set.actual - late;
}

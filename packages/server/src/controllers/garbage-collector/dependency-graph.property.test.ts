import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectMeta } from "../../api/types.ts";
import { DependencyGraph } from "./dependency-graph.ts";

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };
const NAMES = ["a", "b", "c", "d", "e"];

interface Step {
  readonly name: string;
  /** Undefined: the object goes. */
  readonly owners: readonly string[] | undefined;
  readonly waits: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom(...NAMES),
  owners: fc.option(fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }), {
    nil: undefined,
  }),
  waits: fc.boolean(),
});

function metadataOf({ name, owners = [], waits }: Step): ObjectMeta {
  return {
    ...{ name, uid: name, namespace: "n" },
    ownerReferences: owners.map((owner) => ({ ...CONFIG_MAP, name: owner, uid: owner })),
    ...(waits ? { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["orphan"] } : {}),
  };
}

/** Plays the steps, and answers the graph with what is true of every object in the end. */
function play(steps: readonly Step[]): { graph: DependencyGraph; present: Map<string, Step> } {
  const ignore = (): void => {};
  const graph = new DependencyGraph({
    attemptToDelete: ignore,
    attemptToDeleteLater: ignore,
    attemptToOrphan: ignore,
    ownerIsAbsent: ignore,
    namespaceIsWrong: ignore,
  });
  const present = new Map<string, Step>();
  for (const each of steps) {
    if (each.owners !== undefined) {
      present.set(each.name, each);
      graph.observe(CONFIG_MAP, metadataOf(each));
    } else if (present.delete(each.name)) {
      graph.remove(CONFIG_MAP, metadataOf(each));
    }
  }
  return { graph, present };
}

/** Who names whom, written down anew from the objects themselves. */
function dependentsOf(owner: string, present: ReadonlyMap<string, Step>): readonly string[] {
  return [...present.values()]
    .filter(({ owners }) => owners?.includes(owner))
    .map(({ name }) => name)
    .sort();
}

describe("the graph", () => {
  it("knows the owners of every object, in whatever order objects come and go", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { graph, present } = play(steps);
        for (const [name, { owners = [] }] of present) {
          expect(graph.get(name)?.owners.map(({ uid }) => uid) ?? []).toEqual(owners);
        }
      }),
    );
  });

  it("knows the dependents of every owner that has been there since they named it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { graph, present } = play(steps);
        for (const name of NAMES) {
          const known = [...(graph.get(name)?.dependents ?? [])].map((each) => each.identity.name);
          const wanted = dependentsOf(name, present);
          // Dependents of what has gone have been told of: their links are not kept.
          for (const each of known) expect(wanted).toContain(each);
          if (!steps.some((each) => each.name === name && each.owners === undefined)) {
            expect(known.sort()).toEqual(wanted);
          }
        }
      }),
    );
  });

  it("keeps nothing that neither owns nor is owned nor waits", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const node of play(steps).graph.all()) {
          const reasons = node.owners.length + node.dependents.size + (node.isOrphaning ? 1 : 0);
          expect(reasons).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("is empty when everything has gone", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { graph, present } = play(steps);
        for (const each of present.values()) graph.remove(CONFIG_MAP, metadataOf(each));
        expect(graph.size).toBe(0);
      }),
    );
  });
});

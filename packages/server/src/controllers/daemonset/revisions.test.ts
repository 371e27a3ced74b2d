import { describe, expect, it } from "vitest";
import type { ControllerRevision } from "../../api/types.ts";
import { daemonSet } from "./daemon-set.fixture.ts";
import {
  isRevisionOf,
  newRevision,
  nextRevisionNumber,
  revisionData,
  revisionsToDelete,
} from "./revisions.ts";

const revision = (name: string, number: number): ControllerRevision => ({
  metadata: { name, labels: { "controller-revision-hash": name } },
  revision: number,
});

describe("what a revision keeps", () => {
  it("is a patch that replaces the template, its keys in order", () => {
    expect(JSON.stringify(revisionData(daemonSet()))).toBe(
      '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"image":"image","name":"main"}]}}}}',
    );
  });

  it("is recognised in whatever order it comes back, and not after a change", () => {
    const set = daemonSet();
    const { data } = JSON.parse(JSON.stringify(newRevision(set, 1)));
    const { template } = data.spec;
    const shuffled = { metadata: { name: "r" }, revision: 1, data: { spec: { template } } };
    expect(isRevisionOf(set, shuffled)).toBe(true);
    const other = daemonSet({ template: { hostNetwork: true } });
    expect(isRevisionOf(other, shuffled)).toBe(false);
  });

  it("belongs to its set, and is found by the hash in its name", () => {
    const { metadata } = newRevision(daemonSet({ annotations: { note: "x" } }), 3);
    const hash = metadata.labels?.["controller-revision-hash"] ?? "";
    expect(hash).not.toBe("");
    expect(metadata).toEqual({
      name: `agent-${hash}`,
      namespace: "default",
      labels: { app: "agent", "controller-revision-hash": hash },
      annotations: { note: "x" },
      ownerReferences: [
        {
          ...{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "set" },
          ...{ controller: true, blockOwnerDeletion: true },
        },
      ],
    });
    const collided = newRevision({ ...daemonSet(), status: { ...COUNTS, collisionCount: 1 } }, 3);
    expect(collided.metadata.name).not.toBe(metadata.name);
  });
});

const COUNTS = {
  ...{ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0 },
  numberReady: 0,
};

describe("revisions that are over", () => {
  const all = [revision("c", 3), revision("a", 1), revision("b", 2)];

  it("are numbered, and the next one is above all", () => {
    expect(nextRevisionNumber(all)).toBe(4);
    expect(nextRevisionNumber([])).toBe(1);
  });

  it.each<[number, readonly string[], readonly string[]]>([
    [3, [], []],
    [2, [], ["a"]],
    [0, [], ["a", "b", "c"]],
    [1, ["a"], ["b", "c"]],
    [0, ["a", "c"], ["b"]],
  ])("of which %i are kept, pods of %j: %j go", (limit, live, gone) => {
    const deleted = revisionsToDelete(all, limit, new Set(live));
    expect(deleted.map(({ metadata }) => metadata.name)).toEqual(gone);
  });
});

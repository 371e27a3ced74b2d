import { describe, expect, it } from "vitest";
import { type Deletion, decideDeletion, type OwnerState } from "./deletion.ts";

const KEEP: Deletion = { action: "keep" };
const drop = (...uids: string[]): Deletion => ({ action: "drop-owners", uids });
const remove = (propagationPolicy: "Background" | "Foreground" | "Orphan"): Deletion => ({
  action: "delete",
  propagationPolicy,
});

interface Facts {
  readonly owners: readonly OwnerState[];
  readonly finalizers?: string[];
  /** Of each dependent, whether it waits for its own. */
  readonly dependents?: readonly boolean[];
  readonly blocks?: boolean;
}

/** The owners are called 0, 1, 2 … */
function decide({ owners, finalizers, dependents = [], blocks = true }: Facts): Deletion {
  return decideDeletion({
    latest: {
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: owners.map((_, index) => ({
        ...{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: String(index) },
        blockOwnerDeletion: blocks,
      })),
    },
    owners: new Map(owners.map((state, index) => [String(index), state])),
    dependents: dependents.map((isDeletingDependents) => ({ isDeletingDependents })),
  });
}

describe("what becomes of an object whose owners are looked at", () => {
  it.each<[string, Facts, Deletion]>([
    ["an owner is there", { owners: ["solid"] }, KEEP],
    ["two are there", { owners: ["solid", "solid"] }, KEEP],
    ["one of two is gone", { owners: ["dangling", "solid"] }, drop("0")],
    ["one of two waits", { owners: ["solid", "waiting"] }, drop("1")],
    [
      "one is there, one gone, one waits",
      { owners: ["waiting", "dangling", "solid"] },
      drop("1", "0"),
    ],
    ["the only one is gone", { owners: ["dangling"] }, remove("Background")],
    ["all are gone", { owners: ["dangling", "dangling"] }, remove("Background")],
    [
      "gone, to be orphaned",
      { owners: ["dangling"], finalizers: ["x", "orphan"] },
      remove("Orphan"),
    ],
    [
      "gone, dependents first",
      { owners: ["dangling"], finalizers: ["foregroundDeletion"] },
      remove("Foreground"),
    ],
    ["one waits, no dependents", { owners: ["waiting"] }, remove("Background")],
    ["one waits, dependents", { owners: ["waiting"], dependents: [false] }, remove("Foreground")],
    [
      "one waits, one is gone, dependents",
      { owners: ["dangling", "waiting"], dependents: [false] },
      remove("Foreground"),
    ],
    [
      "one waits, and a dependent waits too: perhaps for each other",
      { owners: ["waiting"], dependents: [false, true] },
      { action: "unblock-owners" },
    ],
    [
      "the same, when it blocks nobody any more",
      { owners: ["waiting"], dependents: [true], blocks: false },
      remove("Foreground"),
    ],
    [
      "gone, and a dependent waits",
      { owners: ["dangling"], dependents: [true] },
      remove("Background"),
    ],
  ])("%s", (_name, facts, deletion) => {
    expect(decide(facts)).toEqual(deletion);
  });
});

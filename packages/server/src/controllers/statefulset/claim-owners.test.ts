import { describe, expect, it } from "vitest";
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/types.ts";
import { isOthersBusiness, isStale, withOwners } from "./claim-owners.ts";

function set(whenDeleted: string, whenScaled: string): StatefulSet {
  return {
    metadata: { name: "db", uid: "s" },
    spec: {
      replicas: 1,
      selector: {},
      template: {},
      persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    },
  };
}

const WANTED: Pod = { metadata: { name: "db-0", uid: "p" } };
const CONDEMNED: Pod = { metadata: { name: "db-1", uid: "p" } };
const OF_SET: OwnerReference = {
  ...{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "s" },
  controller: true,
  blockOwnerDeletion: true,
};
const ofPod = (name: string): OwnerReference => ({
  ...OF_SET,
  apiVersion: "v1",
  kind: "Pod",
  name,
  uid: "p",
});
const OTHER: OwnerReference = { apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "x" };

function claim(...ownerReferences: readonly OwnerReference[]): PersistentVolumeClaim {
  return { metadata: { name: "data-db-0", ownerReferences: [...ownerReferences] } };
}

/** Kinds of the owners that it gets; `same` when nothing changes. */
function owners(of: PersistentVolumeClaim, whose: StatefulSet, pod: Pod): string {
  const changed = withOwners(of, whose, pod);
  if (changed === undefined) return "same";
  return (changed.metadata.ownerReferences ?? []).map(({ kind }) => kind).join(" ");
}

describe("the owner of a claim", () => {
  it.each<[string, StatefulSet, Pod, PersistentVolumeClaim, string]>([
    ["is nobody when it is kept", set("Retain", "Retain"), WANTED, claim(), "same"],
    ["is nobody any more", set("Retain", "Retain"), WANTED, claim(OTHER, OF_SET), "ConfigMap"],
    ["is the set when it goes with it", set("Delete", "Retain"), WANTED, claim(), "StatefulSet"],
    ["is the set already", set("Delete", "Retain"), CONDEMNED, claim(OF_SET), "same"],
    ["is nobody while the pod is wanted", set("Retain", "Delete"), WANTED, claim(), "same"],
    ["is the pod when that is not wanted", set("Retain", "Delete"), CONDEMNED, claim(), "Pod"],
    ["is the set no more, but the pod", set("Delete", "Delete"), CONDEMNED, claim(OF_SET), "Pod"],
    ["is the set again", set("Delete", "Delete"), WANTED, claim(ofPod("db-0")), "StatefulSet"],
    [
      "has to say that it controls",
      set("Delete", "Retain"),
      WANTED,
      claim({ ...OF_SET, controller: false }),
      "StatefulSet",
    ],
    [
      "is left alone when it is another set of the name",
      set("Delete", "Retain"),
      WANTED,
      claim({ ...OF_SET, uid: "old" }),
      "same",
    ],
    [
      "stays somebody else, who controls it",
      set("Delete", "Retain"),
      WANTED,
      claim({ ...OTHER, controller: true }),
      "same",
    ],
    [
      "stays alone",
      set("Delete", "Retain"),
      WANTED,
      claim({ ...OTHER, controller: true }, OF_SET),
      "ConfigMap",
    ],
  ])("%s", (_case, whose, pod, of, expected) => {
    expect(owners(of, whose, pod)).toBe(expected);
  });

  it("is a reason to say so, or to wait", () => {
    const others = claim({ ...OTHER, controller: true });
    expect(isOthersBusiness(others, set("Delete", "Retain"), WANTED)).toBe(true);
    expect(isOthersBusiness(others, set("Retain", "Retain"), WANTED)).toBe(false);
    const old = claim({ ...ofPod("db-0"), uid: "old" });
    expect(isStale(old, set("Retain", "Delete"), WANTED)).toBe(true);
    expect(isStale(claim(ofPod("db-0")), set("Retain", "Delete"), WANTED)).toBe(false);
    expect(isStale(old, set("Delete", "Retain"), WANTED)).toBe(false);
  });
});

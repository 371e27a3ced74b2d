import { describe, expect, it } from "vitest";
import type { PersistentVolumeClaim, Volume } from "../../api/types.ts";
import { Indexer } from "../../informer/indexer.ts";
import { pod } from "./pods.fixture.ts";
import { claimProblem, usesClaims } from "./volume-claims.ts";

const OWNER = { apiVersion: "v1", kind: "Pod", name: "pod", controller: true };

function claim(name: string, more: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  const { metadata, ...rest } = more;
  return { metadata: { name, namespace: "default", ...metadata }, ...rest };
}

const BOUND = { status: { phase: "Bound" as const } };
const data: Volume = { name: "v", persistentVolumeClaim: { claimName: "data" } };
const scratch: Volume = { name: "scratch", ephemeral: {} };

function problem(volumes: Volume[], ...claims: readonly PersistentVolumeClaim[]) {
  const known = new Indexer<PersistentVolumeClaim>();
  for (const each of claims) known.put(each);
  return claimProblem(pod({ volumes }), known);
}

describe("what claims keep a pod from", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["no volumes", problem([]), undefined],
    ["other volumes", problem([{ name: "v", emptyDir: {} }]), undefined],
    ["a bound claim", problem([data], claim("data", BOUND)), undefined],
    ["no claim", problem([data]), 'persistentvolumeclaim "data" not found'],
    [
      "a claim that waits",
      problem([data], claim("data", { status: { phase: "Pending" } })),
      "pod has unbound immediate PersistentVolumeClaims",
    ],
    [
      "a claim of another namespace",
      problem([data], claim("data", { metadata: { namespace: "other" }, ...BOUND })),
      'persistentvolumeclaim "data" not found',
    ],
    [
      "a lost claim",
      problem([data], claim("data", { spec: { volumeName: "pv" }, status: { phase: "Lost" } })),
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "pv"',
    ],
    [
      "a claim that is going",
      problem([data], claim("data", { metadata: { deletionTimestamp: "x" }, ...BOUND })),
      'persistentvolumeclaim "data" is being deleted',
    ],
    [
      "no claim for an ephemeral volume",
      problem([scratch]),
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "pod-scratch"',
    ],
    [
      "somebody else's claim for it",
      problem([scratch], claim("pod-scratch", BOUND)),
      "PVC default/pod-scratch was not created for pod default/pod (pod is not owner)",
    ],
    [
      "its own claim for it",
      problem(
        [scratch],
        claim("pod-scratch", {
          metadata: { ownerReferences: [{ ...OWNER, uid: "pod" }] },
          ...BOUND,
        }),
      ),
      undefined,
    ],
  ])("%s", (_name, found, wanted) => {
    expect(found).toBe(wanted);
  });

  it("is a question for pods that have any", () => {
    expect(usesClaims(pod({ volumes: [data] }))).toBe(true);
    expect(usesClaims(pod({ volumes: [scratch] }))).toBe(true);
    expect(usesClaims(pod())).toBe(false);
  });
});

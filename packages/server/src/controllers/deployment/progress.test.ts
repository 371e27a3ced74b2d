import { describe, expect, it } from "vitest";
import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { isStatusCurrent } from "./deployment-status.ts";
import { progressCheckMs, rolloutStatus } from "./progress.ts";
import { deployment, sets } from "./sets.fixture.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const BEFORE = formatTime(NOW - 60_000);

function progressing(reason: string, status = "True", updatedAt = BEFORE): DeploymentCondition {
  const message = `was ${reason}`;
  return {
    ...{ type: "Progressing", status, reason, message },
    lastUpdateTime: updatedAt,
    lastTransitionTime: BEFORE,
  };
}

/** What the status says about progress, in short. */
function told(before: DeploymentStatus, newest: number, available: number, spec = {}): string {
  const wanted = deployment({ replicas: 2, status: before });
  const it: Deployment = {
    ...wanted,
    spec: { ...(wanted.spec as Deployment["spec"] & {}), ...spec },
  };
  const all = sets([], { replicas: newest, available });
  const condition = rolloutStatus(it, all, NOW).conditions?.find(
    ({ type }) => type === "Progressing",
  );
  if (condition === undefined) return "nothing";
  const { status, reason, message, lastUpdateTime, lastTransitionTime } = condition;
  const times = `${lastUpdateTime === BEFORE ? "" : "updated "}${lastTransitionTime === BEFORE ? "" : "turned "}`;
  return `${times}${status} ${reason}: ${message}`;
}

describe("what a deployment says about a rollout", () => {
  const counted = { replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 };

  it.each<[string, DeploymentStatus, number, number, string]>([
    [
      "it has begun",
      {},
      1,
      0,
      'updated turned True ReplicaSetUpdated: ReplicaSet "new" is progressing.',
    ],
    [
      "it gets on",
      { ...counted, availableReplicas: 0, conditions: [progressing("ReplicaSetUpdated")] },
      2,
      1,
      'updated True ReplicaSetUpdated: ReplicaSet "new" is progressing.',
    ],
    [
      "it gets on after having been stuck",
      {
        ...counted,
        availableReplicas: 0,
        conditions: [progressing("ProgressDeadlineExceeded", "False")],
      },
      2,
      1,
      'updated turned True ReplicaSetUpdated: ReplicaSet "new" is progressing.',
    ],
    [
      "it stands still, and the time is not over",
      { ...counted, conditions: [progressing("ReplicaSetUpdated")] },
      2,
      1,
      "True ReplicaSetUpdated: was ReplicaSetUpdated",
    ],
    [
      "it has come to its end",
      { ...counted, conditions: [progressing("ReplicaSetUpdated")] },
      2,
      2,
      'updated True NewReplicaSetAvailable: ReplicaSet "new" has successfully progressed.',
    ],
    [
      "it has come to its end before",
      { ...counted, conditions: [progressing("NewReplicaSetAvailable")] },
      2,
      1,
      "True NewReplicaSetAvailable: was NewReplicaSetAvailable",
    ],
    [
      "it stands still for too long",
      {
        ...counted,
        conditions: [progressing("ReplicaSetUpdated", "True", formatTime(NOW - 601_000))],
      },
      2,
      1,
      'updated turned False ProgressDeadlineExceeded: ReplicaSet "new" has timed out progressing.',
    ],
    [
      "it stands still exactly long enough",
      {
        ...counted,
        conditions: [progressing("ReplicaSetUpdated", "True", formatTime(NOW - 600_000))],
      },
      2,
      1,
      "updated True ReplicaSetUpdated: was ReplicaSetUpdated",
    ],
  ])("when %s", (_case, before, newest, available, expected) => {
    expect(told(before, newest, available)).toBe(expected);
  });

  it("says nothing where there is no deadline", () => {
    const before = { conditions: [progressing("ReplicaSetUpdated")] };
    expect(told(before, 2, 2, { progressDeadlineSeconds: 2 ** 31 - 1 })).toBe("nothing");
  });

  it("speaks of itself when it has no new set", () => {
    const it = deployment({
      replicas: 0,
      status: { conditions: [progressing("ReplicaSetUpdated")] },
    });
    const { conditions = [] } = rolloutStatus(it, sets([]), NOW);
    expect(conditions.at(-1)?.message).toBe('Deployment "web" has successfully progressed.');
  });
});

describe("the status of a deployment", () => {
  it("counts what its sets say, and leaves zeros out", () => {
    const it = deployment({ replicas: 4, maxUnavailable: 1, status: { collisionCount: 1 } });
    const all = sets([{ name: "old", replicas: 2, actual: 3, available: 1 }], {
      replicas: 2,
      actual: 1,
      available: 1,
    });
    expect(rolloutStatus(it, all, NOW)).toEqual({
      observedGeneration: 1,
      replicas: 4,
      updatedReplicas: 1,
      readyReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 2,
      terminatingReplicas: 0,
      collisionCount: 1,
      conditions: [
        expect.objectContaining({
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        }),
        expect.objectContaining({ type: "Progressing", reason: "ReplicaSetUpdated" }),
      ],
    });
    const nothing = rolloutStatus(deployment({ replicas: 0 }), sets([], { replicas: 0 }), NOW);
    expect(Object.keys(nothing).sort()).toEqual([
      "conditions",
      "observedGeneration",
      "terminatingReplicas",
    ]);
    expect(nothing.conditions?.[0]).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
    });
  });

  it("passes on why pods cannot be made, the newest set's reason first", () => {
    const failure = (message: string) => ({
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message,
      lastTransitionTime: BEFORE,
    });
    const all = sets([{ name: "old", replicas: 1 }], { replicas: 1 });
    const [old] = all.old;
    const failing = {
      old:
        old?.status === undefined
          ? []
          : [{ ...old, status: { ...old.status, conditions: [failure("old")] } }],
      newest: all.newest,
    };
    const it = deployment({ replicas: 2 });
    const found = rolloutStatus(it, failing, NOW).conditions?.at(-1);
    expect(found).toEqual({ ...failure("old"), lastUpdateTime: BEFORE });
    const before = { ...it, status: { conditions: [failure("before")] } };
    const types = rolloutStatus(before, all, NOW).conditions?.map(({ type }) => type);
    expect(types).toEqual(["Available", "Progressing"]);
  });

  it("needs no writing when it says the same", () => {
    const it = deployment({ replicas: 2 });
    const all = sets([], { replicas: 2 });
    const status = rolloutStatus(it, all, NOW);
    const written = { ...it, status };
    expect(isStatusCurrent(written, rolloutStatus(written, all, NOW + 1000))).toBe(true);
    const { terminatingReplicas: _terminating, ...without } = status;
    expect(isStatusCurrent({ ...it, status: without }, status)).toBe(false);
    expect(isStatusCurrent(it, status)).toBe(false);
  });
});

describe("a rollout that stands still", () => {
  const stuck = (reason: string, updatedAt = BEFORE, more: Partial<DeploymentStatus> = {}) => {
    const status = { ...more, conditions: [progressing(reason, "True", updatedAt)] };
    return progressCheckMs(deployment({ replicas: 2, status }), status, NOW);
  };

  it("is looked at when its time is over", () => {
    expect(stuck("ReplicaSetUpdated")).toBe(541_000);
    expect(stuck("ReplicaSetUpdated", formatTime(NOW - 900_000))).toBe(1_000);
    expect(stuck("ProgressDeadlineExceeded")).toBeUndefined();
    const done = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, observedGeneration: 1 };
    expect(stuck("ReplicaSetUpdated", BEFORE, done)).toBeUndefined();
    expect(progressCheckMs(deployment({ replicas: 2 }), {}, NOW)).toBeUndefined();
  });
});

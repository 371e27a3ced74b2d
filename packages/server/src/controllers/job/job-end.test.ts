import { describe, expect, it } from "vitest";
import type { JobSpec, JobStatus, Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { job, NOW, pod, snapshot } from "./job.fixture.ts";
import { decideEnd, isComplete } from "./job-end.ts";

function decided(spec: Partial<JobSpec>, pods: readonly Pod[], status: JobStatus = {}): string {
  const end = decideEnd(snapshot(job(spec, status), pods), NOW);
  return end === undefined ? "goes on" : `${end.outcome} ${end.reason}`;
}

const failed = (uid: string, index?: number): Pod =>
  pod(uid, { phase: "Failed", ...(index === undefined ? {} : { index }) });
const condition = (type: string, status: "True" | "False" = "True") => ({
  type,
  status,
  reason: "Said",
  message: "before",
});
const startedAgo = (seconds: number): JobStatus => ({
  startTime: formatTime(NOW - seconds * 1000),
});
const INDEXED: Partial<JobSpec> = { completionMode: "Indexed", completions: 3, parallelism: 3 };

describe("a job", () => {
  it.each<[string, Partial<JobSpec>, Pod[], JobStatus, string]>([
    ["goes on", {}, [pod("a")], {}, "goes on"],
    [
      "fails when too many of its pods have",
      { backoffLimit: 1 },
      [failed("a")],
      { failed: 1 },
      "fails BackoffLimitExceeded",
    ],
    ["goes on after fewer", { backoffLimit: 1 }, [failed("a")], {}, "goes on"],
    [
      "does not count a failure twice",
      { backoffLimit: 1 },
      [failed("a")],
      { failed: 0, uncountedTerminatedPods: { failed: ["a"] } },
      "goes on",
    ],
    [
      "does not count failures that are ignored",
      {
        backoffLimit: 0,
        podFailurePolicy: {
          rules: [{ action: "Ignore", onPodConditions: [{ type: "Ready", status: "True" }] }],
        },
      },
      [pod("a", { phase: "Failed", ready: true })],
      {},
      "goes on",
    ],
    [
      "fails when its time is over",
      { activeDeadlineSeconds: 10 },
      [pod("a")],
      startedAgo(10),
      "fails DeadlineExceeded",
    ],
    ["goes on before", { activeDeadlineSeconds: 10 }, [pod("a")], startedAgo(9), "goes on"],
    [
      "has time while it is suspended",
      { activeDeadlineSeconds: 10, suspend: true },
      [],
      startedAgo(99),
      "goes on",
    ],
    [
      "stays with what it said before",
      {},
      [],
      { conditions: [condition("FailureTarget")] },
      "fails Said",
    ],
    [
      "stays with success, too",
      { backoffLimit: 0 },
      [failed("a")],
      { conditions: [condition("SuccessCriteriaMet")] },
      "succeeds Said",
    ],
    [
      "takes no notice of what does not hold",
      {},
      [],
      { conditions: [condition("FailureTarget", "False")] },
      "goes on",
    ],
    [
      "fails when all its indexes have come to an end, and some have failed",
      { ...INDEXED, backoffLimitPerIndex: 0, backoffLimit: 99 },
      [failed("a", 1)],
      { completedIndexes: "0,2" },
      "fails FailedIndexes",
    ],
    [
      "goes on while others run",
      { ...INDEXED, backoffLimitPerIndex: 0, backoffLimit: 99 },
      [failed("a", 1), pod("b", { index: 2 })],
      { completedIndexes: "0" },
      "goes on",
    ],
    [
      "fails when too many indexes have",
      { ...INDEXED, backoffLimitPerIndex: 0, maxFailedIndexes: 1, backoffLimit: 99 },
      [failed("a", 1), failed("b", 2)],
      {},
      "fails MaxFailedIndexesExceeded",
    ],
    [
      "succeeds by its policy",
      { ...INDEXED, successPolicy: { rules: [{ succeededCount: 1 }] } },
      [pod("a", { phase: "Succeeded", index: 2 })],
      {},
      "succeeds SuccessPolicy",
    ],
  ])("%s", (_case, spec, pods, status, expected) => {
    expect(decided(spec, pods, status)).toBe(expected);
  });

  it("counts restarts of pods that are restarted in place", () => {
    const template = { spec: { containers: [], restartPolicy: "OnFailure" as const } };
    const restarted = (restarts: number) => [pod("a", { restarts }), pod("b", { restarts: 1 })];
    expect(decided({ template, backoffLimit: 3 }, restarted(1))).toBe("goes on");
    expect(decided({ template, backoffLimit: 3 }, restarted(2))).toBe("fails BackoffLimitExceeded");
    expect(decided({ template, backoffLimit: 0 }, [pod("a")])).toBe("goes on");
    expect(decided({ template, backoffLimit: 0 }, restarted(0))).toBe("fails BackoffLimitExceeded");
    expect(decided({ backoffLimit: 0 }, restarted(9))).toBe("goes on");
  });

  it("is complete when enough pods have succeeded and none runs", () => {
    const done = (count: number) =>
      Array.from({ length: count }, (_, index) => pod(`d${index}`, { phase: "Succeeded" }));
    const complete = (spec: Partial<JobSpec>, count: number, active: number) =>
      isComplete(snapshot(job(spec), done(count)), active);
    expect(complete({ completions: 2 }, 1, 0)).toBe(false);
    expect(complete({ completions: 2 }, 2, 1)).toBe(false);
    expect(complete({ completions: 2 }, 2, 0)).toBe(true);
    expect(complete({ completions: 0 }, 0, 0)).toBe(true);
    expect(complete({}, 0, 0)).toBe(false);
    expect(complete({}, 1, 0)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import type { CronJob, Job } from "../../api/types.ts";
import { jobsToDelete, withActive, withoutActive, withSuccess } from "./active-jobs.ts";
import { jobAt } from "./scheduled-job.ts";

const AT = Date.UTC(2026, 0, 1, 1);

function cronJob(spec: Partial<CronJob["spec"]> = {}, status?: CronJob["status"]): CronJob {
  return {
    metadata: { namespace: "n", name: "tick", uid: "u" },
    spec: { schedule: "* * * * *", jobTemplate: {}, ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

function job(name: string, end?: "Complete" | "Failed", hour?: number): Job {
  const time = `2026-01-01T0${hour}:00:00Z`;
  return {
    metadata: { namespace: "n", name, uid: `uid-${name}`, resourceVersion: "7" },
    spec: { template: {} },
    status: {
      ...(end === undefined ? {} : { conditions: [{ type: end, status: "True" }] }),
      ...(hour === undefined ? {} : { startTime: time }),
      ...(hour === undefined || end !== "Complete" ? {} : { completionTime: time }),
    },
  };
}

describe("the jobs that a CronJob no longer keeps", () => {
  const jobs = [
    job("good-3", "Complete", 3),
    job("good-1", "Complete", 1),
    job("good-2", "Complete", 2),
    job("bad-unstarted", "Failed"),
    job("bad-2", "Failed", 2),
    job("bad-2a", "Failed", 2),
    job("running", undefined, 0),
  ];
  it.each<[string, number | undefined, number | undefined, readonly string[]]>([
    ["are the oldest", 1, 1, ["good-1", "good-2", "bad-2", "bad-2a"]],
    [
      "are all that are over",
      0,
      0,
      ["good-1", "good-2", "good-3", "bad-2", "bad-2a", "bad-unstarted"],
    ],
    ["are none of those without a limit", undefined, 2, ["bad-2"]],
    ["are none when there are few", 3, 3, []],
  ])("%s", (_case, successful, failed, expected) => {
    const spec = {
      ...(successful === undefined ? {} : { successfulJobsHistoryLimit: successful }),
      ...(failed === undefined ? {} : { failedJobsHistoryLimit: failed }),
    };
    const names = jobsToDelete(cronJob(spec), jobs).map(({ metadata }) => metadata.name);
    expect(names).toEqual(expected);
  });
});

describe("the list of active jobs", () => {
  it("takes a job with the time at which it was due, and lets it go", () => {
    const started = withActive(cronJob(), job("tick-1"), AT);
    expect(started.status).toEqual({
      active: [
        {
          apiVersion: "batch/v1",
          kind: "Job",
          namespace: "n",
          name: "tick-1",
          uid: "uid-tick-1",
          resourceVersion: "7",
        },
      ],
      lastScheduleTime: "2026-01-01T01:00:00Z",
    });
    expect(withoutActive(started, "another")).toBe(started);
    const lastScheduleTime = "2026-01-01T01:00:00Z";
    expect(withoutActive(started, "uid-tick-1").status).toEqual({ lastScheduleTime });
  });

  it.each<[string, Job, string]>([
    ["a later success", job("a", "Complete", 5), "2026-01-01T05:00:00Z"],
    ["an earlier success", job("a", "Complete", 3), "2026-01-01T04:00:00Z"],
    ["a failure", job("a", "Failed", 5), "2026-01-01T04:00:00Z"],
    ["a job that runs", job("a", undefined, 5), "2026-01-01T04:00:00Z"],
  ])("remembers the last success: %s", (_case, ended, expected) => {
    const before = cronJob({}, { lastSuccessfulTime: "2026-01-01T04:00:00Z" });
    expect(withSuccess(before, ended).status).toEqual({ lastSuccessfulTime: expected });
  });
});

describe("the job of a time", () => {
  it("is the template's, with a name and an annotation of the time", () => {
    const template = { template: { spec: { containers: [{ name: "c" }] } } };
    const jobTemplate = {
      metadata: { labels: { a: "b" }, annotations: { c: "d" } },
      spec: template,
    };
    expect(jobAt(cronJob({ jobTemplate, timeZone: "America/St_Johns" }), AT)).toEqual({
      metadata: {
        name: "tick-29453820",
        namespace: "n",
        labels: { a: "b" },
        annotations: {
          c: "d",
          "batch.kubernetes.io/cronjob-scheduled-timestamp": "2025-12-31T21:30:00-03:30",
        },
        ownerReferences: [
          {
            apiVersion: "batch/v1",
            kind: "CronJob",
            name: "tick",
            uid: "u",
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: template,
    });
  });
});

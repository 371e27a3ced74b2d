import type { Job, JobSpec, JobStatus, Pod } from "../../api/types.ts";
import { COMPLETION_INDEX, TRACKING_FINALIZER } from "./job-facts.ts";
import { type JobSnapshot, takeSnapshot } from "./job-snapshot.ts";
import { NO_FAILURES } from "./pod-backoff.ts";

export const NOW: number = Date.UTC(2026, 0, 1);

export function job(spec: Partial<JobSpec> = {}, status: JobStatus = {}): Job {
  return {
    metadata: { namespace: "n", name: "work", uid: "j" },
    spec: {
      parallelism: 1,
      backoffLimit: 6,
      template: { spec: { containers: [] } },
      ...spec,
    },
    status,
  };
}

export interface PodFacts {
  readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly index?: number;
  /** Let go already. */
  readonly free?: boolean;
  readonly going?: boolean;
  readonly ready?: boolean;
  readonly failuresBefore?: number;
  readonly restarts?: number;
  readonly finishedAt?: string;
}

export function pod(uid: string, facts: PodFacts = {}): Pod {
  const { phase = "Running", index, failuresBefore, restarts = 0, finishedAt } = facts;
  const annotations = {
    ...(index === undefined ? {} : { [COMPLETION_INDEX]: String(index) }),
    ...(failuresBefore === undefined
      ? {}
      : { "batch.kubernetes.io/job-index-failure-count": String(failuresBefore) }),
  };
  const terminated = { exitCode: 1, ...(finishedAt === undefined ? {} : { finishedAt }) };
  const status = { name: "c", image: "", imageID: "", ready: false, restartCount: restarts };
  return {
    metadata: {
      namespace: "n",
      name: uid,
      uid,
      annotations,
      ...(facts.free === true ? {} : { finalizers: [TRACKING_FINALIZER] }),
      ...(facts.going === true ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    status: {
      phase,
      ...(facts.ready === true ? { conditions: [{ type: "Ready", status: "True" }] } : {}),
      containerStatuses: [finishedAt === undefined ? status : { ...status, state: { terminated } }],
    },
  };
}

export function snapshot(
  of: Job,
  pods: readonly Pod[],
  more: Partial<Pick<JobSnapshot, "released" | "backoff">> = {},
): JobSnapshot {
  return takeSnapshot({ job: of, pods, released: new Set(), backoff: NO_FAILURES, ...more });
}

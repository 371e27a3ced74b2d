import type { CronJob, Job } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { newControllerRef, type OwnerKind } from "../controller-ref.ts";
import { TimeZone } from "./zoned-time.ts";

export const CRON_JOB: OwnerKind = { apiVersion: "batch/v1", kind: "CronJob" };

const SCHEDULED_TIME = "batch.kubernetes.io/cronjob-scheduled-timestamp";
const MINUTE_MS = 60_000;

/** The same time has always the same name: no job is made twice. */
export function jobNameAt({ metadata }: Readonly<CronJob>, at: number): string {
  return `${metadata.name}-${Math.floor(at / MINUTE_MS)}`;
}

/** @see kubernetes pkg/controller/cronjob/utils.go (getJobFromTemplate2) */
export function jobAt(cronJob: Readonly<CronJob>, at: number): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const scheduled = zonedText(at, cronJob.spec.timeZone ?? "");
  return {
    metadata: {
      name: jobNameAt(cronJob, at),
      namespace: cronJob.metadata.namespace ?? "",
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [SCHEDULED_TIME]: scheduled },
      ownerReferences: [newControllerRef(CRON_JOB, cronJob)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** `2026-01-01T01:00:00+01:00`. */
function zonedText(at: number, zone: string): string {
  const minutes = new TimeZone(zone).offsetMs(at) / MINUTE_MS;
  if (minutes === 0) return formatTime(at);
  const local = formatTime(at + minutes * MINUTE_MS).slice(0, -1);
  const two = (number: number): string => String(number).padStart(2, "0");
  const absolute = Math.abs(minutes);
  const sign = minutes < 0 ? "-" : "+";
  return `${local}${sign}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

import type { CronJob, Job } from "../../api/types.ts";
import { booleanText, containerCells, NONE, selectorText } from "./cell-texts.ts";
import { flag, integer, type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf, humanDuration } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN } from "./table-printer.ts";

const CONTAINERS = wideText("Containers", "Names of the containers of the pod template.");
const IMAGES = wideText("Images", "Images of the containers of the pod template.");
const SELECTOR = wideText("Selector", "Labels of the pods that belong to the object.");

/** Pods that succeeded, of those needed: `1/3`, or `0/1 of 3` when any one of three will do. */
function completions({ spec, status }: Readonly<Job>): string {
  const succeeded = status?.succeeded ?? 0;
  const needed = spec?.completions;
  if (needed !== undefined) return `${succeeded}/${needed}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Readonly<Job>, now: number): string {
  const start = status?.startTime;
  if (start === undefined || start === null) return "";
  const end = status?.completionTime;
  const endMs = end === undefined || end === null ? now : Date.parse(end);
  return humanDuration(endMs - Date.parse(start));
}

function statusText({ metadata, status }: Readonly<Job>): string {
  const holds = (wanted: string) =>
    status?.conditions?.find(({ type }) => type === wanted)?.status === "True";
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(holds) ?? "Running";
}

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const batchPrinters: PrintersByResource = {
  cronjobs: printer<CronJob>(
    [
      NAME_COLUMN,
      text("Schedule", "When jobs start, in the notation of cron."),
      text("Timezone", "Time zone of the schedule."),
      flag("Suspend", "Whether no further jobs start."),
      integer("Active", "How many of its jobs run now."),
      text("Last Schedule", "How long ago a job was last due."),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    ({ metadata, spec, status }, now) => [
      metadata.name ?? "",
      spec?.schedule ?? "",
      spec?.timeZone ?? NONE,
      booleanText(spec?.suspend),
      status?.active?.length ?? 0,
      status?.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : NONE,
      ageOf(metadata.creationTimestamp, now),
      ...containerCells(spec?.jobTemplate?.spec?.template?.spec?.containers),
      selectorText(spec?.jobTemplate?.spec?.selector),
    ],
  ),
  jobs: printer<Job>(
    [
      NAME_COLUMN,
      text("Status", "State of the job in one word."),
      text("Completions", "Pods that succeeded, of those needed."),
      text("Duration", "How long the job has run, or ran."),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (job, now) => [
      job.metadata.name ?? "",
      statusText(job),
      completions(job),
      durationText(job, now),
      ageOf(job.metadata.creationTimestamp, now),
      ...containerCells(job.spec?.template?.spec?.containers),
      selectorText(job.spec?.selector),
    ],
  ),
};

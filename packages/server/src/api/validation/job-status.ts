/** The status of a job: what its conditions, counters and times may say together. */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  required,
  root,
} from "../field-error.ts";
import { semanticEqual } from "./equality.ts";
import { checkNonNegative, type FieldErrors, IMMUTABLE } from "./field-checks.ts";
import { countIndexes, firstCommonIndex, IndexesError } from "./job-indexes.ts";
import { invalidWithoutValue } from "./job-policies.ts";
import type { Job, JobStatus } from "./job-shapes.ts";

const STATUS = root("status");
const CONDITIONS = STATUS.child("conditions");

function holds({ status }: Job, wanted: string): boolean {
  return (
    status?.conditions?.some(({ type, status: value }) => type === wanted && value === "True") ===
    true
  );
}

function isFinished(job: Job): boolean {
  return holds(job, "Complete") || holds(job, "Failed");
}

function checkUncounted(status: JobStatus, errors: FieldErrors): void {
  const path = STATUS.child("uncountedTerminatedPods");
  const seen = new Set<string>();
  for (const name of ["succeeded", "failed"] as const) {
    status.uncountedTerminatedPods?.[name]?.forEach((uid, index) => {
      const field = path.child(name).index(index);
      if (uid === "") errors.push(invalidValue(field, uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(duplicate(field, uid));
      seen.add(uid);
    });
  }
}

/** What differs between two states of a job; only what changed is held against the rules. */
interface Changes {
  readonly complete: boolean;
  readonly failed: boolean;
  readonly finished: boolean;
  readonly target: boolean;
  readonly criteria: boolean;
  field(name: keyof JobStatus): boolean;
}

function changesOf(job: Job, old: Job): Changes {
  const flipped = (condition: string) => holds(job, condition) !== holds(old, condition);
  return {
    complete: flipped("Complete"),
    failed: flipped("Failed"),
    finished: isFinished(job) !== isFinished(old),
    target: flipped("FailureTarget"),
    criteria: flipped("SuccessCriteriaMet"),
    field: (name) => !semanticEqual(job.status?.[name], old.status?.[name]),
  };
}

function checkConditions(job: Job, changes: Changes, errors: FieldErrors): void {
  const complain = (detail: string) => errors.push(invalidWithoutValue(CONDITIONS, detail));
  const complete = holds(job, "Complete");
  const failed = holds(job, "Failed");
  const target = holds(job, "FailureTarget");
  const criteria = holds(job, "SuccessCriteriaMet");
  if ((changes.complete || changes.failed) && complete && failed) {
    complain("cannot set Complete=True and Failed=true conditions");
  }
  if ((changes.complete || changes.target) && complete && target) {
    complain("cannot set Complete=True and FailureTarget=true conditions");
  }
  checkCompletionTime(job, changes, errors);
  if ((changes.failed || changes.field("failedIndexes")) && failed && !target) {
    complain("cannot set Failed=True condition without the FailureTarget=true condition");
  }
  if ((changes.complete || changes.criteria) && complete && !criteria) {
    complain("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
  }
}

/** Times as upstream prints them in messages: as JSON. */
function checkCompletionTime(job: Job, changes: Changes, errors: FieldErrors): void {
  const path = STATUS.child("completionTime");
  const { completionTime: end, startTime: start } = job.status ?? {};
  const complete = holds(job, "Complete");
  const touched = changes.complete || changes.field("completionTime");
  if (touched && end != null && !complete) {
    const detail = "cannot set completionTime when there is no Complete=True condition";
    errors.push(invalidValue(path, end, detail));
  }
  if (touched && end == null && complete) {
    errors.push(required(path, "completionTime is required for Complete jobs"));
  }
  const timesChanged = changes.field("startTime") || changes.field("completionTime");
  if (timesChanged && start != null && end != null && Date.parse(end) < Date.parse(start)) {
    errors.push(invalidValue(path, end, "must be equal to or after `startTime`"));
  }
}

function checkFinished(job: Job, changes: Changes, errors: FieldErrors): void {
  if (!isFinished(job)) return;
  const {
    active = 0,
    startTime,
    uncountedTerminatedPods: uncounted,
    terminating,
  } = job.status ?? {};
  if ((changes.finished || changes.field("active")) && active > 0) {
    errors.push(
      invalidValue(STATUS.child("active"), active, "active>0 is invalid for finished job"),
    );
  }
  const neverRan = job.spec?.suspend === true && job.spec.completions === 0;
  if ((changes.finished || changes.field("startTime")) && !neverRan && startTime == null) {
    errors.push(required(STATUS.child("startTime"), "startTime is required for finished job"));
  }
  const pods = (uncounted?.failed ?? []).length + (uncounted?.succeeded ?? []).length;
  if ((changes.finished || changes.field("uncountedTerminatedPods")) && pods > 0) {
    const field = STATUS.child("uncountedTerminatedPods");
    const shown = { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null };
    errors.push(invalidValue(field, shown, "must be empty for finished job"));
  }
  if ((changes.finished || changes.field("terminating")) && (terminating ?? 0) > 0) {
    const detail = "terminating>0 is invalid for finished job";
    errors.push(invalidValue(STATUS.child("terminating"), terminating, detail));
  }
}

function checkIndexText(
  text: string,
  name: string,
  completions: number,
  path: FieldPath,
  errors: FieldErrors,
): void {
  try {
    countIndexes(text, completions);
  } catch (error) {
    if (!(error instanceof IndexesError)) throw error;
    errors.push(invalidValue(path, text, `error parsing ${name}: ${error.message}`));
  }
}

function checkIndexes(job: Job, changes: Changes, errors: FieldErrors): void {
  const { completedIndexes = "", failedIndexes } = job.status ?? {};
  const { completions, backoffLimitPerIndex, completionMode } = job.spec ?? {};
  const completedPath = STATUS.child("completedIndexes");
  const failedPath = STATUS.child("failedIndexes");
  const completedChanged = changes.field("completedIndexes");
  const failedChanged = changes.field("failedIndexes");
  if (completedChanged && completions != null) {
    checkIndexText(completedIndexes, "completedIndexes", completions, completedPath, errors);
  }
  if (
    failedChanged &&
    completions != null &&
    backoffLimitPerIndex != null &&
    failedIndexes != null
  ) {
    checkIndexText(failedIndexes, "failedIndexes", completions, failedPath, errors);
  }
  if (completedChanged && completedIndexes !== "" && completionMode !== "Indexed") {
    const detail = "cannot set non-empty completedIndexes when non-indexed completion mode";
    errors.push(invalidValue(completedPath, completedIndexes, detail));
  }
  if (failedChanged && backoffLimitPerIndex == null && failedIndexes != null) {
    const detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    errors.push(invalidValue(failedPath, failedIndexes, detail));
  }
  if (!(completedChanged || failedChanged) || completions == null || failedIndexes == null) return;
  const common = firstCommonIndex(completedIndexes, failedIndexes, completions);
  if (common === undefined) return;
  const detail = `failedIndexes and completedIndexes overlap at index: ${common}`;
  errors.push(invalidValue(failedPath, failedIndexes, detail));
}

function checkSuccessCriteria(job: Job, errors: FieldErrors): void {
  const complain = (detail: string) => errors.push(invalidWithoutValue(CONDITIONS, detail));
  const criteria = holds(job, "SuccessCriteriaMet");
  if (criteria && holds(job, "Failed")) {
    complain("cannot set SuccessCriteriaMet=True and Failed=true conditions");
  }
  if (criteria && holds(job, "FailureTarget")) {
    complain("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
  }
  if (job.spec?.successPolicy != null && !criteria && holds(job, "Complete")) {
    complain("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
  }
}

/** Counters grow, terminal conditions stay, times once set do not move. */
function checkDirection(job: Job, old: Job, errors: FieldErrors): void {
  const status = job.status ?? {};
  const before = old.status ?? {};
  for (const condition of ["Failed", "Complete", "FailureTarget"]) {
    if (!holds(old, condition) || holds(job, condition)) continue;
    const detail = `cannot disable the terminal ${condition}=True condition`;
    errors.push(invalidWithoutValue(CONDITIONS, detail));
  }
  const { completions, parallelism, completionMode } = job.spec ?? {};
  const isElastic = completionMode === "Indexed" && completions === parallelism;
  for (const name of ["failed", "succeeded"] as const) {
    if (name === "succeeded" && isElastic) continue;
    const value = status[name] ?? 0;
    if (value >= (before[name] ?? 0)) continue;
    errors.push(invalidValue(STATUS.child(name), value, `cannot decrease the ${name} counter`));
  }
  const { completionTime: end, startTime: start } = status;
  if (end != null && before.completionTime != null && end !== before.completionTime) {
    errors.push(invalidValue(STATUS.child("completionTime"), end, IMMUTABLE));
  }
  checkStartTime(job, old, start ?? null, errors);
}

function checkStartTime(job: Job, old: Job, start: string | null, errors: FieldErrors): void {
  const before = old.status?.startTime ?? null;
  const resumes =
    holds(old, "Suspended") &&
    job.status?.conditions?.some(
      ({ type, status }) => type === "Suspended" && status === "False",
    ) === true;
  if (before === null || before === start || resumes || job.spec?.suspend === true) return;
  const detail = "field is immutable for unsuspended job once set";
  errors.push(invalidValue(STATUS.child("startTime"), start, detail));
}

export function validateJobStatus(job: Job, old: Job): FieldError[] {
  const errors: FieldErrors = [];
  const status = job.status ?? {};
  const changes = changesOf(job, old);
  for (const name of ["active", "succeeded", "failed", "ready", "terminating"] as const) {
    checkNonNegative(status[name], STATUS, name, errors);
  }
  checkUncounted(status, errors);
  checkConditions(job, changes, errors);
  checkFinished(job, changes, errors);
  checkIndexes(job, changes, errors);
  const { ready, active = 0 } = status;
  if ((changes.field("ready") || changes.field("active")) && ready != null && ready > active) {
    const detail = "cannot set more ready pods than active";
    errors.push(invalidValue(STATUS.child("ready"), ready, detail));
  }
  checkSuccessCriteria(job, errors);
  checkDirection(job, old, errors);
  if (holds(old, "SuccessCriteriaMet") && !holds(job, "SuccessCriteriaMet")) {
    const detail = "cannot disable the SuccessCriteriaMet=True condition";
    errors.push(invalidWithoutValue(CONDITIONS, detail));
  }
  if (holds(old, "Complete") && changes.criteria && holds(job, "SuccessCriteriaMet")) {
    const detail =
      "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
    errors.push(invalidWithoutValue(CONDITIONS, detail));
  }
  return errors;
}

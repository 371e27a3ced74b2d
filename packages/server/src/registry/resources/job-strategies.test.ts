import { describe, expect, it } from "vitest";
import { scheduleComplaint } from "../../api/validation/cron-schedule.ts";
import { runCreate, runUpdate } from "./strategy-run.fixture.ts";

const JOBS = "batch/v1/jobs";
const CRON_JOBS = "batch/v1/cronjobs";
const UID = "11111111-2222-3333-4444-555555555555";

const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i:1" }] } };
const spec = { template };

describe("jobs", () => {
  it("has defaults, a selector of its own and labels for its pods", () => {
    const { made, errors } = runCreate(JOBS, { spec });
    expect(errors).toBe("");
    expect(made.metadata.labels).toMatchObject({ "job-name": "x" });
    expect(made.spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: "NonIndexed",
      suspend: false,
      podReplacementPolicy: "TerminatingOrFailed",
      manualSelector: false,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": UID } },
      template: {
        metadata: {
          labels: {
            "batch.kubernetes.io/controller-uid": UID,
            "batch.kubernetes.io/job-name": "x",
            "controller-uid": UID,
            "job-name": "x",
          },
        },
      },
    });
  });

  it("takes labels from its template, when it has none", () => {
    const labelled = { template: { ...template, metadata: { labels: { a: "b" } } } };
    const generated = {
      "batch.kubernetes.io/controller-uid": UID,
      "batch.kubernetes.io/job-name": "x",
      "controller-uid": UID,
      "job-name": "x",
    };
    const { labels } = runCreate(JOBS, { spec: labelled }).made.metadata;
    expect(labels).toEqual({ a: "b", ...generated });
    expect(runCreate(JOBS, { spec: { template } }).made.metadata.labels).toEqual(generated);
    const own = { metadata: { labels: { c: "d" } }, spec: labelled };
    expect(runCreate(JOBS, own).made.metadata.labels).toEqual({ c: "d" });
  });

  const indexed = { ...spec, completionMode: "Indexed", completions: 5 };
  const codes = (onExitCodes: object) => ({
    ...spec,
    podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes }] },
  });
  it.each([
    [
      "pods that restart always",
      { template: { spec: { containers: template.spec.containers } } },
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      "negative counts",
      { ...spec, backoffLimit: -1 },
      "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "indexes without a count",
      { ...spec, completionMode: "Indexed", parallelism: 2 },
      "spec.completions: Required value: when completion mode is Indexed",
    ],
    [
      "an unknown mode",
      { ...spec, completionMode: "x" },
      'spec.completionMode: Unsupported value: "x": supported values: "NonIndexed", "Indexed"',
    ],
    [
      "limits of indexes without indexes",
      { ...spec, backoffLimitPerIndex: 1 },
      "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
    ],
    [
      "exit codes out of order",
      codes({ operator: "NotIn", values: [3, 1] }),
      "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,1]: must be ordered",
    ],
    [
      "zero among exit codes",
      codes({ operator: "In", values: [0] }),
      "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
    ],
    [
      "a rule without conditions",
      { ...spec, podFailurePolicy: { rules: [{ action: "Ignore" }] } },
      "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
    ],
    [
      "a success of more than all",
      { ...indexed, successPolicy: { rules: [{ succeededCount: 6 }] } },
      "spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)",
    ],
    [
      "indexes that are none",
      { ...indexed, successPolicy: { rules: [{ succeededIndexes: "0-9" }] } },
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-9": error parsing succeededIndexes: too large index: "9"',
    ],
    [
      "a manager without a domain",
      { ...spec, managedBy: "me" },
      'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [
      "a replacement that is none",
      { ...spec, podReplacementPolicy: "x" },
      'spec.podReplacementPolicy: Unsupported value: "x": supported values: "Failed", "TerminatingOrFailed"',
    ],
  ])("refuses %s", (_name, body, errors) => {
    expect(runCreate(JOBS, { spec: body }).errors).toBe(errors);
  });

  it("keeps what its pods were made from", () => {
    const { spec: made, ...rest } = runCreate(JOBS, { spec }).made;
    const old = { ...rest, spec: made };
    const whole = made as Record<string, unknown>;
    expect(runUpdate(JOBS, { spec: whole }, old).errors).toBe("");
    expect(runUpdate(JOBS, { spec: { ...whole, parallelism: 4 } }, old).errors).toBe("");
    expect(runUpdate(JOBS, { spec: { ...whole, completions: 4 } }, old).errors).toBe(
      "spec.completions: Invalid value: 4: field is immutable",
    );
    const other = { ...(whole.template as object), spec: { ...template.spec, hostname: "h" } };
    expect(runUpdate(JOBS, { spec: { ...whole, template: other } }, old).errors).toMatch(
      /^spec\.template: Invalid value: \{.*\}: field is immutable$/,
    );
  });

  it("lets resources and nodes of a suspended job change", () => {
    const { made } = runCreate(JOBS, { spec: { ...spec, suspend: true } });
    const whole = made.spec as { template: { spec: { containers: object[] } } };
    const inner = whole.template.spec;
    const containers = [{ ...inner.containers[0], resources: { requests: { cpu: "1" } } }];
    const templateOf = (changes: object) => ({ ...whole.template, spec: { ...inner, ...changes } });
    const change = (changes: object) =>
      runUpdate(JOBS, { spec: { ...whole, template: templateOf(changes) } }, made).errors;
    expect(change({ containers, nodeSelector: { a: "b" } })).toBe("");
    expect(change({ hostname: "h" })).toMatch(/^spec\.template\.spec: Invalid value/);
  });

  const status = (conditions: readonly string[], fields: object = {}) => ({
    conditions: conditions.map((type) => ({ type, status: "True" })),
    ...fields,
  });
  const start = "2026-01-01T00:00:00Z";
  const end = "2026-01-01T00:01:00Z";
  it.each([
    [
      "a complete job without criteria",
      status(["Complete"], { startTime: start, completionTime: end }),
      "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
    ],
    [
      "complete, but when?",
      status(["Complete", "SuccessCriteriaMet"], { startTime: start }),
      "status.completionTime: Required value: completionTime is required for Complete jobs",
    ],
    [
      "failed without a target",
      status(["Failed"], { startTime: start }),
      "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
    ],
    [
      "finished and active",
      status(["Failed", "FailureTarget"], { startTime: start, active: 1 }),
      "status.active: Invalid value: 1: active>0 is invalid for finished job",
    ],
    [
      "more ready than active",
      status([], { ready: 2, active: 1 }),
      "status.ready: Invalid value: 2: cannot set more ready pods than active",
    ],
    [
      "indexes without an indexed job",
      status([], { completedIndexes: "0" }),
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
    ],
    [
      "a good end",
      status(["SuccessCriteriaMet", "Complete"], { startTime: start, completionTime: end }),
      "",
    ],
  ])("status: %s", (_name, body, errors) => {
    const old = runCreate(JOBS, { spec }).made;
    expect(runUpdate(JOBS, { status: body }, old, "status").errors).toBe(errors);
  });

  it("does not take back an end or a count", () => {
    const old = {
      ...runCreate(JOBS, { spec }).made,
      status: status(["Failed", "FailureTarget"], { startTime: start, failed: 3 }),
    };
    expect(runUpdate(JOBS, { status: { startTime: start, failed: 2 } }, old, "status").errors).toBe(
      "[status.conditions: Invalid value: cannot disable the terminal Failed=True condition, status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition, status.failed: Invalid value: 2: cannot decrease the failed counter]",
    );
  });
});

describe("cron jobs", () => {
  const cron = { schedule: "*/5 * * * *", jobTemplate: { spec } };

  it("has defaults, but none for the jobs it will make", () => {
    const { made, errors } = runCreate(CRON_JOBS, { spec: cron });
    expect(errors).toBe("");
    expect(made.spec).toMatchObject({
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(made.spec).not.toHaveProperty("jobTemplate.spec.completions");
    expect(made).toHaveProperty("spec.jobTemplate.spec.template.spec.dnsPolicy", "ClusterFirst");
  });

  it.each([
    ["no schedule", { ...cron, schedule: "" }, "spec.schedule: Required value"],
    [
      "a zone in its schedule",
      { ...cron, schedule: "TZ=UTC 0 * * * *" },
      'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
    ["a zone", { ...cron, timeZone: "Europe/Berlin" }, ""],
    [
      "a zone that is none",
      { ...cron, timeZone: "Mars/Crater" },
      'spec.timeZone: Invalid value: "Mars/Crater": unknown time zone Mars/Crater',
    ],
    [
      "an unknown policy",
      { ...cron, concurrencyPolicy: "x" },
      'spec.concurrencyPolicy: Unsupported value: "x": supported values: "Allow", "Forbid", "Replace"',
    ],
    [
      "a selector",
      { ...cron, jobTemplate: { spec: { ...spec, selector: {} } } },
      "spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated",
    ],
  ])("%s", (_name, body, errors) => {
    expect(runCreate(CRON_JOBS, { spec: body }).errors).toBe(errors);
  });

  it("leaves room for the names of its jobs", () => {
    const name = "n".repeat(53);
    expect(runCreate(CRON_JOBS, { spec: cron, metadata: { name } }).errors).toBe(
      `metadata.name: Invalid value: "${name}": must be no more than 52 characters`,
    );
  });
});

describe("schedules", () => {
  it.each([
    ["* * * * *", undefined],
    ["0,30 8-18/2 ? jan-MAR mon", undefined],
    ["@daily", undefined],
    ["@every 1h30m", undefined],
    ["@never", "unrecognized descriptor: @never"],
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["*/2/2 * * * *", "too many slashes: */2/2"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ])("%s", (schedule, complaint) => {
    expect(scheduleComplaint(schedule)).toBe(complaint);
  });
});

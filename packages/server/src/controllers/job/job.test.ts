import { describe, expect, it } from "vitest";
import type { Job, JobSpec, Pod } from "../../api/types.ts";
import { EVENTS, JOBS, keyOf, PODS } from "../../client/resource-type.ts";
import { isGone } from "../controlled-server.fixture.ts";
import type { Fate } from "../fake-kubelet.fixture.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

const FINALIZER = "batch.kubernetes.io/job-tracking";
const INDEX = "batch.kubernetes.io/job-completion-index";

runWorkloads(["job-controller"], () => "succeed");

const jobs = () => server.client.resource(JOBS);
const pods = () => server.client.resource(PODS);
const key = () => ({ namespace, name: "work" });
const jobPods = async () => (await pods().list({ namespace })).items;

async function create(spec: Partial<JobSpec> = {}, restartPolicy = "Never"): Promise<Job> {
  return await jobs().create({
    metadata: { namespace, name: "work" },
    spec: {
      template: { spec: { restartPolicy, containers: [{ name: "main", image: "image" }] } },
      ...spec,
    } as JobSpec,
  });
}

/** Waits until the check holds, second by second. */
async function until(check: (job: Job) => unknown, stepMs = 500): Promise<Job> {
  return await server.until(async () => {
    const job = await jobs().get(key());
    return check(job) ? job : undefined;
  }, stepMs);
}

const finished = (type: string) => (job: Job) =>
  job.status?.conditions?.some((each) => each.type === type && each.status === "True");

async function events(): Promise<readonly string[]> {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === "Job")
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

/** What a pod that works at an index becomes. */
const byIndex = (fates: Readonly<Record<string, Fate>>) => (pod: Readonly<Pod>) =>
  fates[pod.metadata.annotations?.[INDEX] ?? ""] ?? "succeed";

describe("a job", () => {
  it("runs a pod to its end, counts it, and is complete", async () => {
    const created = await create();
    const running = await until(({ status }) => status?.active === 1);
    expect(running.status).toMatchObject({ active: 1, ready: 0, terminating: 0 });
    const [pod] = await jobPods();
    const uid = created.metadata.uid ?? "";
    expect(pod?.metadata.name).toMatch(/^work-[a-z0-9]{5}$/);
    expect(pod?.metadata.labels).toEqual({
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": "work",
      "controller-uid": uid,
      "job-name": "work",
    });
    const done = await until(finished("Complete"));
    const { conditions, startTime, completionTime, ...counts } = done.status ?? {};
    expect(counts).toEqual({
      ready: 0,
      succeeded: 1,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    expect(conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ["SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods"],
      ["Complete", "CompletionsReached", "Reached expected number of succeeded pods"],
    ]);
    expect(Date.parse(completionTime ?? "")).toBeGreaterThanOrEqual(Date.parse(startTime ?? ""));
    const [left] = await jobPods();
    expect(left?.metadata.finalizers).toBeUndefined();
    const told = await server.until(async () => {
      const found = await events();
      return found.length === 2 ? found : undefined;
    });
    expect(told).toEqual([
      `Normal SuccessfulCreate Created pod: ${pod?.metadata.name}`,
      "Normal Completed Job completed",
    ]);
    expect(server.complaints).toEqual([]);
  });

  it("runs so many side by side, until so many have succeeded", async () => {
    kubelet.fate = () => "ready";
    await create({ completions: 5, parallelism: 2 });
    await until(({ status }) => status?.active === 2 && status.ready === 2);
    expect(await jobPods()).toHaveLength(2);
    kubelet.fate = () => "succeed";
    kubelet.look();
    const done = await until(finished("Complete"));
    expect(done.status?.succeeded).toBe(5);
    expect(await jobPods()).toHaveLength(5);
  });

  it("without a number of completions is done when one has succeeded and all have ended", async () => {
    kubelet.fate = () => "ready";
    await create({ parallelism: 3 });
    await until(({ status }) => status?.active === 3);
    const [first] = await jobPods();
    kubelet.fate = ({ metadata }) => (metadata.name === first?.metadata.name ? "succeed" : "ready");
    kubelet.look();
    await until(({ status }) => status?.succeeded === 1 && status.active === 2);
    await server.clock.advance(10_000);
    expect(await jobPods()).toHaveLength(3);
    kubelet.fate = () => "succeed";
    kubelet.look();
    expect((await until(finished("Complete"))).status?.succeeded).toBe(3);
  });

  it("replaces a pod that failed after a while that grows, and fails in the end", async () => {
    kubelet.fate = () => "fail";
    await create({ backoffLimit: 2 });
    await until(({ status }) => status?.failed === 1);
    const first = server.clock.now();
    await until(({ status }) => status?.failed === 2);
    const second = server.clock.now();
    expect(second - first).toBeGreaterThanOrEqual(9_000);
    const failed = await until(finished("Failed"));
    expect(server.clock.now() - second).toBeGreaterThanOrEqual(18_000);
    expect(failed.status).toMatchObject({ failed: 3 });
    expect(failed.status?.conditions?.map(({ type }) => type)).toEqual(["FailureTarget", "Failed"]);
    expect(failed.status?.conditions?.[1]).toMatchObject({
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
    });
    expect(await events()).toContain(
      "Warning BackoffLimitExceeded Job has reached the specified backoff limit",
    );
  });

  it("ends its pods when its time is over", async () => {
    kubelet.fate = () => "ready";
    await create({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
    await until(({ status }) => status?.ready === 2);
    const failed = await until(finished("Failed"), 5_000);
    expect(failed.status?.conditions?.at(-1)).toMatchObject({
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
    });
    await server.until(async () => ((await jobPods()).length === 0 ? true : undefined), 500);
    expect(failed.status).toMatchObject({ failed: 2 });
    expect(failed.status?.active).toBeUndefined();
  });

  it("waits while it is suspended, and starts anew", async () => {
    kubelet.fate = () => "ready";
    await create({ suspend: true });
    const suspended = await until(({ status }) => status?.conditions?.[0]?.type === "Suspended");
    expect(suspended.status?.conditions?.[0]).toMatchObject({
      status: "True",
      reason: "JobSuspended",
      message: "Job suspended",
    });
    expect(suspended.status?.startTime).toBeUndefined();
    expect(await jobPods()).toEqual([]);
    await jobs().patch(key(), "merge-patch", { spec: { suspend: false } });
    const resumed = await until(({ status }) => status?.active === 1);
    expect(resumed.status?.conditions?.[0]).toMatchObject({
      status: "False",
      reason: "JobResumed",
    });
    expect(resumed.status?.startTime).toBeDefined();
    await jobs().patch(key(), "merge-patch", { spec: { suspend: true } });
    await until(({ status }) => (status?.active ?? 0) === 0 && status?.startTime === undefined);
    await server.until(async () => ((await jobPods()).length === 0 ? true : undefined), 500);
    expect(await events()).toEqual(
      expect.arrayContaining(["Normal Suspended Job suspended", "Normal Resumed Job resumed"]),
    );
  });

  it("gives every pod an index, where it has them", async () => {
    kubelet.fate = () => "ready";
    await create({ completionMode: "Indexed", completions: 4, parallelism: 3 });
    await until(({ status }) => status?.ready === 3);
    const found = (await jobPods()).toSorted((left, right) =>
      (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1,
    );
    expect(found.map(({ metadata }) => metadata.annotations?.[INDEX])).toEqual(["0", "1", "2"]);
    const [pod] = found;
    expect(pod?.metadata.name).toMatch(/^work-0-[a-z0-9]{5}$/);
    expect(pod?.metadata.labels?.[INDEX]).toBe("0");
    expect(pod?.spec?.hostname).toBe("work-0");
    expect(pod?.spec?.containers?.[0]?.env).toContainEqual({
      name: "JOB_COMPLETION_INDEX",
      valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${INDEX}']` } },
    });
    kubelet.fate = byIndex({ "1": "ready" });
    kubelet.look();
    const most = await until(({ status }) => status?.completedIndexes === "0,2,3");
    expect(most.status).toMatchObject({ succeeded: 3, active: 1 });
    kubelet.fate = () => "succeed";
    kubelet.look();
    expect((await until(finished("Complete"))).status?.completedIndexes).toBe("0-3");
  });

  it("gives up indexes that fail too often, and goes on with the others", async () => {
    kubelet.fate = byIndex({ "1": "fail" });
    const spec: Partial<JobSpec> = { completionMode: "Indexed", completions: 3, parallelism: 3 };
    await create({ ...spec, backoffLimitPerIndex: 1, backoffLimit: 2 ** 31 - 1 });
    const failed = await until(finished("Failed"), 1_000);
    expect(failed.status).toMatchObject({
      succeeded: 2,
      failed: 2,
      completedIndexes: "0,2",
      failedIndexes: "1",
    });
    expect(failed.status?.conditions?.at(-1)).toMatchObject({
      reason: "FailedIndexes",
      message: "Job has failed indexes",
    });
    const again = (await jobPods()).filter(({ metadata }) => metadata.annotations?.[INDEX] === "1");
    const counts = again.map(
      ({ metadata }) => metadata.annotations?.["batch.kubernetes.io/job-index-failure-count"],
    );
    expect(counts.toSorted()).toEqual(["0", "1"]);
  });

  it("succeeds early where a policy says so", async () => {
    kubelet.fate = byIndex({ "1": "ready", "2": "ready" });
    await create({
      completionMode: "Indexed",
      completions: 3,
      parallelism: 3,
      successPolicy: { rules: [{ succeededIndexes: "0" }] },
    });
    const done = await until(finished("Complete"));
    expect(done.status?.conditions?.at(-1)).toMatchObject({
      reason: "SuccessPolicy",
      message: "Matched rules at index 0",
    });
    expect(done.status).toMatchObject({ succeeded: 1, completedIndexes: "0" });
    expect(done.status?.failed).toBeUndefined();
  });

  it("fails at once where a policy says so", async () => {
    kubelet.fate = () => "fail";
    const onExitCodes = { operator: "In", values: [1] } as const;
    await create({
      backoffLimit: 5,
      podFailurePolicy: {
        rules: [{ action: "FailJob", onExitCodes: { ...onExitCodes, values: [1] } }],
      },
    });
    const failed = await until(finished("Failed"));
    const [pod] = await jobPods();
    expect(failed.status?.conditions?.at(-1)).toMatchObject({
      reason: "PodFailurePolicy",
      message: `Container main for pod ${namespace}/${pod?.metadata.name} failed with exit code 1 matching FailJob rule at index 0`,
    });
  });

  it("lets its pods go when it is deleted", async () => {
    kubelet.fate = () => "ready";
    await create();
    await until(({ status }) => status?.ready === 1);
    await jobs().delete(key(), { propagationPolicy: "Background" });
    await server.until(() => isGone(jobs(), key()));
    const [pod] = await server.until(async () => {
      const found = await jobPods();
      return found[0]?.metadata.finalizers === undefined ? found : undefined;
    }, 500);
    expect(pod).toBeDefined();
  });

  it("counts a pod that somebody deletes as failed, and replaces it", async () => {
    kubelet.fate = () => "ready";
    await create();
    await until(({ status }) => status?.ready === 1);
    const [pod] = await jobPods();
    await pods().delete(keyOf(pod ?? { metadata: {} }));
    const job = await until(({ status }) => status?.failed === 1 && status.active === 1);
    expect(job.status?.uncountedTerminatedPods).toEqual({});
    const names = (await jobPods()).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(1);
    expect(names).not.toContain(pod?.metadata.name);
  });

  it("runs many, and counts every one of them once", async () => {
    await create({ completions: 60, parallelism: 20 });
    const done = await until(finished("Complete"));
    expect(done.status?.succeeded).toBe(60);
    expect(await jobPods()).toHaveLength(60);
    expect(
      (await jobPods()).filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER)),
    ).toEqual([]);
  });
});

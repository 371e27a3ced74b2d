import { beforeEach, describe, expect, it } from "vitest";
import type { CronJob, CronJobSpec, Job } from "../../api/types.ts";
import { CRON_JOBS, EVENTS, JOBS } from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import { isGone } from "../controlled-server.fixture.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

const MINUTE_MS = 60_000;

runWorkloads(
  ["job-controller", "cronjob-controller", "garbage-collector-controller"],
  () => "succeed",
);
beforeEach(async () => {
  await server.clock.advance(MINUTE_MS - (server.clock.now() % MINUTE_MS));
});

const cronJobs = () => server.client.resource(CRON_JOBS);
const jobs = () => server.client.resource(JOBS);
const key = () => ({ namespace, name: "tick" });
const current = () => cronJobs().get(key());

async function create(spec: Partial<CronJobSpec> = {}): Promise<CronJob> {
  const containers = [{ name: "main", image: "image" }];
  return await cronJobs().create({
    metadata: { namespace, name: "tick" },
    spec: {
      schedule: "* * * * *",
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers } } } },
      ...spec,
    },
  });
}

/** The jobs there are, oldest first. */
async function tickJobs(): Promise<readonly Job[]> {
  const { items } = await jobs().list({ namespace });
  const nameOf = ({ metadata }: Job): string => metadata.name ?? "";
  return items.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

async function untilEvent(text: string): Promise<void> {
  await server.until(async () => ((await events()).includes(text) ? true : undefined), 500);
}

async function events(): Promise<readonly string[]> {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === "CronJob")
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

const nameAt = (at: number): string => `tick-${Math.floor(at / MINUTE_MS)}`;

describe("a CronJob", () => {
  it("starts a job when it is due, and sees how it ends", async () => {
    const begun = server.clock.now();
    const { metadata } = await create({ timeZone: "Europe/Berlin" });
    await server.clock.advance(MINUTE_MS - 1000);
    expect(await tickJobs()).toEqual([]);
    const name = nameAt(begun + MINUTE_MS);
    await untilEvent(`Normal SuccessfulCreate Created job ${name}`);
    const [job] = await tickJobs();
    expect(job?.metadata).toMatchObject({
      name,
      ownerReferences: [{ kind: "CronJob", name: "tick", uid: metadata.uid, controller: true }],
    });
    const at = formatTime(begun + MINUTE_MS + 60 * MINUTE_MS).replace("Z", "+01:00");
    expect(job?.metadata.annotations).toEqual({
      "batch.kubernetes.io/cronjob-scheduled-timestamp": at,
    });
    await untilEvent(`Normal SawCompletedJob Saw completed job: ${name}, condition: Complete`);
    const ended = await server.until(async () => {
      const { status } = await current();
      return status?.active === undefined ? status : undefined;
    });
    expect(ended).toEqual({
      lastScheduleTime: formatTime(begun + MINUTE_MS),
      lastSuccessfulTime: (await tickJobs())[0]?.status?.completionTime,
    });
  });

  it("keeps as many jobs that are over as it is told", async () => {
    await create({ successfulJobsHistoryLimit: 2 });
    const begun = server.clock.now();
    await untilEvent(`Normal SuccessfulDelete Deleted job ${nameAt(begun + MINUTE_MS)}`);
    await server.until(() => isGone(jobs(), { namespace, name: nameAt(begun + MINUTE_MS) }));
    const names = (await tickJobs()).map((job) => job.metadata.name);
    expect(names).toEqual([2, 3].map((nth) => nameAt(begun + nth * MINUTE_MS)));
  });

  it("starts none while it is suspended, and what it has missed at most once after", async () => {
    await create({ suspend: true });
    await server.clock.advance(3 * MINUTE_MS + 1000);
    expect(await tickJobs()).toEqual([]);
    const last = server.clock.now() - 1000;
    await cronJobs().patch(key(), "merge-patch", { spec: { suspend: false } });
    await untilEvent(`Normal SuccessfulCreate Created job ${nameAt(last)}`);
    expect(await tickJobs()).toHaveLength(1);
  });

  it("starts none whose deadline is over, but the next", async () => {
    await create({ suspend: true, startingDeadlineSeconds: 5 });
    await server.clock.advance(MINUTE_MS + 30_000);
    const next = nameAt(server.clock.now() + 30_000);
    await cronJobs().patch(key(), "merge-patch", { spec: { suspend: false } });
    await server.clock.advance(1000);
    expect(await tickJobs()).toEqual([]);
    await untilEvent(`Normal SuccessfulCreate Created job ${next}`);
  });
});

describe("a job that still runs when the next is due", () => {
  const runs = async (policy: "Allow" | "Forbid" | "Replace"): Promise<string> => {
    kubelet.fate = () => "ready";
    const first = nameAt(server.clock.now() + MINUTE_MS);
    await create({ concurrencyPolicy: policy });
    await untilEvent(`Normal SuccessfulCreate Created job ${first}`);
    return first;
  };

  it("is one of several", async () => {
    const first = await runs("Allow");
    const second = nameAt(server.clock.now() + MINUTE_MS);
    await untilEvent(`Normal SuccessfulCreate Created job ${second}`);
    const { status } = await server.until(async () => {
      const found = await current();
      return found.status?.active?.length === 2 ? found : undefined;
    });
    expect(status?.active?.map(({ name }) => name)).toEqual([first, second]);
  });

  it("forbids it", async () => {
    const first = await runs("Forbid");
    await untilEvent(
      "Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid",
    );
    expect((await tickJobs()).map((job) => job.metadata.name)).toEqual([first]);
    kubelet.fate = () => "succeed";
    kubelet.look();
    await untilEvent(`Normal SawCompletedJob Saw completed job: ${first}, condition: Complete`);
    await server.until(async () => ((await tickJobs()).length === 2 ? true : undefined), 500);
  });

  it("makes way", async () => {
    const first = await runs("Replace");
    const second = nameAt(server.clock.now() + MINUTE_MS);
    await untilEvent(`Normal SuccessfulDelete Deleted job ${first}`);
    await untilEvent(`Normal SuccessfulCreate Created job ${second}`);
    await server.until(() => isGone(jobs(), { namespace, name: first }), 500);
    const { status } = await current();
    expect(status?.active?.map(({ name }) => name)).toEqual([second]);
  });

  it("is forgotten when somebody takes it away", async () => {
    const first = await runs("Forbid");
    await jobs().delete({ namespace, name: first }, { propagationPolicy: "Background" });
    await untilEvent(`Normal MissingJob Active job went missing: ${first}`);
  });
});

describe("what a CronJob complains about", () => {
  it.each<[string, Partial<CronJobSpec>, string]>([
    [
      "a day that no month has",
      { schedule: "0 0 31 2 *" },
      "Warning InvalidSchedule invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second",
    ],
    [
      "a schedule that was changed to such a day",
      {},
      "Warning InvalidSchedule invalid schedule: 0 0 30 2 * : time difference between two schedules is less than 1 second",
    ],
  ])("%s", async (_case, spec, event) => {
    await create(spec);
    if (spec.schedule === undefined) {
      await cronJobs().patch(key(), "merge-patch", { spec: { schedule: "0 0 30 2 *" } });
    }
    await untilEvent(event);
    expect(await tickJobs()).toEqual([]);
  });

  it("a job that it has not started", async () => {
    const cronJob = await create({ suspend: true });
    const { template = {} } = cronJob.spec.jobTemplate.spec ?? {};
    await jobs().create({
      metadata: {
        namespace,
        name: "stranger",
        ownerReferences: [
          {
            apiVersion: "batch/v1",
            kind: "CronJob",
            name: "tick",
            uid: cronJob.metadata.uid ?? "",
            controller: true,
          },
        ],
      },
      spec: { suspend: true, template },
    });
    await untilEvent(
      "Warning UnexpectedJob Saw a job that the controller did not create or forgot: stranger",
    );
    expect(server.complaints).toEqual([]);
  });
});

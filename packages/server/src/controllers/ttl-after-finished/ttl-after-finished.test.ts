import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../api/types.ts";
import { JOBS } from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import {
  type ControlledServer,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { timeLeftMs } from "./ttl-after-finished.ts";

const NOW = Date.UTC(2026, 0, 1);
const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,ttl-after-finished-controller";

function job(seconds: number | undefined, type: string, status = "True"): Job {
  const lastTransitionTime = formatTime(NOW - 60_000);
  return {
    metadata: {},
    spec: {
      template: {},
      ...(seconds === undefined ? {} : { ttlSecondsAfterFinished: seconds }),
    },
    status: { conditions: [{ type, status, lastTransitionTime }] },
  };
}

describe("the time that a job is kept", () => {
  it.each<[string, Job, number | undefined]>([
    ["begins when it is complete", job(90, "Complete"), 30_000],
    ["begins when it has failed", job(30, "Failed"), -30_000],
    ["may be none", job(0, "Complete"), -60_000],
    ["does not begin before", job(90, "FailureTarget"), undefined],
    ["does not begin with what does not hold", job(90, "Complete", "False"), undefined],
    ["has no end where none is given", job(undefined, "Complete"), undefined],
    [
      "is over anyway when it is going",
      { ...job(90, "Complete"), metadata: { deletionTimestamp: formatTime(NOW) } },
      undefined,
    ],
  ])("%s", (_case, it, left) => {
    expect(timeLeftMs(it, NOW)).toBe(left);
  });
});

describe("a job that is over", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: CONTROLLERS });
    await server.namespace("n");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("goes when its time is over, and not before", async () => {
    const jobs = server.client.resource(JOBS);
    const key = { namespace: "n", name: "work" };
    const spec = { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] } as const;
    const made = await jobs.create({
      metadata: { namespace: "n", name: "work" },
      spec: {
        ttlSecondsAfterFinished: 100,
        template: { spec: { ...spec, containers: [...spec.containers] } },
      },
    });
    const time = formatTime(server.clock.now());
    const condition = (type: string) => ({
      type,
      status: "True",
      lastProbeTime: time,
      lastTransitionTime: time,
    });
    const conditions = [condition("FailureTarget"), condition("Failed")];
    const status = { startTime: time, conditions };
    await jobs.update({ ...made, status }, { subresource: "status" });
    await server.clock.advance(50_000);
    await jobs.patch(key, "merge-patch", { spec: { ttlSecondsAfterFinished: 200 } });
    await server.clock.advance(149_000);
    expect((await jobs.get(key)).metadata.deletionTimestamp).toBeUndefined();
    await server.clock.advance(2_000);
    const gone = await server.until(async () => {
      if (await isGone(jobs, key)) return true;
      // Its pods go first, which is the garbage collector's business.
      return (await jobs.get(key)).metadata.finalizers?.includes("foregroundDeletion");
    });
    expect(gone).toBe(true);
  });
});

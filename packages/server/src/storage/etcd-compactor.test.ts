import { expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { EtcdCompactor } from "./etcd-compactor.ts";

it("compacts to where etcd stood one interval before, and goes on after a failure", async () => {
  const clock = new FakeClock();
  const compacted: number[] = [];
  const failures: unknown[] = [];
  let revision = 10;
  const compactor = new EtcdCompactor({
    ...{ clock, intervalMs: 1000 },
    revision: () => revision,
    compact: (target) => {
      compacted.push(target);
      return target === 20 ? Promise.reject(new Error("no")) : Promise.resolve();
    },
    onFailure: (error) => failures.push(error),
  });
  for (const next of [20, 30, 40]) {
    revision = next;
    await clock.advance(1000);
  }
  compactor.stop();
  await clock.advance(5000);
  expect(compacted).toEqual([10, 20, 30]);
  expect(failures).toEqual([new Error("no")]);
});

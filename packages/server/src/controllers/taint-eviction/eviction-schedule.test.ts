import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { EvictionSchedule } from "./eviction-schedule.ts";

function setUp() {
  const clock = new FakeClock(1_000_000);
  const schedule = new EvictionSchedule(clock);
  const evicted: string[] = [];
  const plan = (key: string, seconds: number, since = clock.now()): void =>
    schedule.plan(key, since, seconds, () => evicted.push(key));
  return { clock, schedule, evicted, plan };
}

describe("the schedule of evictions", () => {
  it("evicts when the time has come, and at once when there is none", async () => {
    const { clock, evicted, plan } = setUp();
    plan("later", 10);
    plan("now", 0);
    expect(evicted).toEqual(["now"]);
    await clock.advance(9_999);
    expect(evicted).toEqual(["now"]);
    await clock.advance(1);
    expect(evicted).toEqual(["now", "later"]);
    expect(clock.pending()).toBe(0);
  });

  it("counts from when the time began", async () => {
    const { clock, evicted, plan, schedule } = setUp();
    plan("a", 10, clock.now() - 4_000);
    expect(schedule.since("a")).toBe(clock.now() - 4_000);
    await clock.advance(6_000);
    expect(evicted).toEqual(["a"]);
  });

  it("evicts nobody twice, until it is told that the pod is gone or free", async () => {
    const { clock, evicted, plan, schedule } = setUp();
    plan("a", 0);
    plan("a", 0);
    plan("b", 5);
    plan("b", 1);
    await clock.advance(5_000);
    expect(evicted).toEqual(["a", "b"]);
    expect(schedule.since("a")).toBeUndefined();
    expect(schedule.cancel("a")).toBe("nothing");
    plan("a", 0);
    expect(evicted).toEqual(["a", "b", "a"]);
  });

  it("gives plans up", async () => {
    const { clock, evicted, plan, schedule } = setUp();
    plan("a", 5);
    expect(schedule.cancel("a")).toBe("cancelled");
    expect(schedule.cancel("a")).toBe("nothing");
    plan("b", 5);
    schedule.close();
    expect(clock.pending()).toBe(0);
    await clock.advance(10_000);
    expect(evicted).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { waitingPod } from "./node-filters.ts";
import { type PodFacts, pod } from "./pods.fixture.ts";
import { SchedulingQueue } from "./scheduling-queue.ts";

function setUp() {
  const clock = new FakeClock();
  let ready = 0;
  const queue = new SchedulingQueue(clock, () => {
    ready++;
  });
  return {
    clock,
    queue,
    readyCount: () => ready,
    put: (name: string, facts: PodFacts = {}) =>
      queue.put(waitingPod(pod({ name, ...facts })), false),
    take: () => queue.take()?.uid,
    /** Takes the pod and lets it fail. */
    fail: (uid: string, failure: "unschedulable" | "error" = "unschedulable") => {
      expect(queue.take()?.uid).toBe(uid);
      queue.failed(uid, failure);
    },
  };
}

describe("the queue of the scheduler", () => {
  it("hands out the highest priority first, and of those the oldest", () => {
    const { put, take } = setUp();
    put("a");
    put("b", { priority: 5 });
    put("c", { priority: 5 });
    put("d", { priority: -1 });
    expect([take(), take(), take(), take(), take()]).toEqual(["b", "c", "a", "d", undefined]);
  });

  it("hands a pod out once, and knows the newest of it", () => {
    const { put, take, queue } = setUp();
    put("a");
    put("a", { priority: 7 });
    expect(take()).toBe("a");
    expect(take()).toBeUndefined();
    expect(queue.get("a")?.pod.spec?.priority).toBe(7);
    put("a");
    expect(take()).toBeUndefined();
  });

  it("forgets pods that are gone", () => {
    const { put, take, queue } = setUp();
    put("a");
    queue.delete("a");
    expect(take()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it("tells whenever a pod is ready", () => {
    const { put, readyCount, fail, queue } = setUp();
    put("a");
    expect(readyCount()).toBe(1);
    fail("a");
    queue.retry(() => true);
    expect(readyCount()).toBe(2);
    queue.close();
  });
});

describe("a pod that no node takes", () => {
  it("waits until something helps it", () => {
    const { put, take, fail, queue } = setUp();
    put("a");
    put("b");
    fail("a");
    fail("b");
    expect(take()).toBeUndefined();
    queue.retry(({ uid }) => uid === "b");
    expect([take(), take()]).toEqual(["b", undefined]);
    queue.close();
  });

  it("waits until it asks for less itself", () => {
    const { put, take, fail, queue } = setUp();
    put("a");
    fail("a");
    queue.put(waitingPod(pod({ name: "a" })), false);
    expect(take()).toBeUndefined();
    queue.put(waitingPod(pod({ name: "a" })), true);
    expect(take()).toBe("a");
    queue.close();
  });

  it("lets those pass that have not failed so lately, but does not wait when there are none", async () => {
    const { put, take, fail, queue, clock } = setUp();
    put("a", { priority: 9 });
    fail("a");
    queue.retry(() => true);
    put("b");
    expect([take(), take()]).toEqual(["b", "a"]);
    queue.failed("a", "unschedulable");
    queue.retry(() => true);
    put("c");
    await clock.advance(2_000);
    expect([take(), take()]).toEqual(["a", "c"]);
    queue.close();
  });

  it("is tried again after five minutes, whatever happens", async () => {
    const { put, take, fail, queue, clock } = setUp();
    put("a");
    fail("a");
    await clock.advance(300_000);
    expect(take()).toBeUndefined();
    await clock.advance(30_000);
    expect(take()).toBe("a");
    queue.delete("a");
    await clock.advance(30_000);
    expect(clock.pending()).toBe(0);
  });
});

describe("a pod that failed for another reason", () => {
  it("waits longer and longer, ten seconds at most", async () => {
    const { put, take, fail, clock } = setUp();
    put("a");
    for (const seconds of [1, 2, 4, 8, 10, 10]) {
      fail("a", "error");
      await clock.advance(seconds * 1_000 - 1);
      expect(take()).toBeUndefined();
      await clock.advance(1);
    }
    expect(take()).toBe("a");
    expect(clock.pending()).toBe(0);
  });

  it("is not tried sooner because something has changed", () => {
    const { put, take, fail, queue } = setUp();
    put("a");
    fail("a", "error");
    queue.retry(() => true);
    expect(take()).toBeUndefined();
    queue.close();
  });

  it("leaves no timer behind when it is gone", () => {
    const { put, fail, queue, clock } = setUp();
    put("a");
    fail("a", "error");
    queue.delete("a");
    expect(clock.pending()).toBe(0);
  });
});

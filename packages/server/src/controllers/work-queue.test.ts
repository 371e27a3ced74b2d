import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { WorkQueue } from "./work-queue.ts";

function setUp(maxBackoffMs?: number) {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({
    clock,
    identify: (key) => key.toLowerCase(),
    ...(maxBackoffMs === undefined ? {} : { maxBackoffMs }),
  });
  return { clock, queue };
}

describe("WorkQueue", () => {
  it("hands keys out in order, each once however often it was added", async () => {
    const { queue } = setUp();
    for (const key of ["a", "b", "A", "c", "b"]) queue.add(key);
    expect(queue.length).toBe(3);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(["a", "b", "c"]);
  });

  it("keeps a key back while it is in work, and hands it out again if it was added meanwhile", async () => {
    const { queue } = setUp();
    queue.add("a");
    await queue.take();
    queue.add("a");
    queue.add("a");
    expect(queue.length).toBe(0);
    queue.done("a");
    expect(queue.length).toBe(1);
    await queue.take();
    queue.done("a");
    expect(queue.length).toBe(0);
  });

  it("gives waiting workers what comes, the first first", async () => {
    const { queue } = setUp();
    const takes = [queue.take(), queue.take()];
    queue.add("a");
    queue.add("b");
    expect(await Promise.all(takes)).toEqual(["a", "b"]);
  });

  it("adds after a delay; of several the earliest counts", async () => {
    const { clock, queue } = setUp();
    queue.addAfter("a", 1_000);
    queue.addAfter("a", 500);
    queue.addAfter("a", 2_000);
    queue.addAfter("b", 0);
    expect(queue.length).toBe(1);
    await clock.advance(499);
    expect(queue.length).toBe(1);
    await clock.advance(1);
    expect(queue.length).toBe(2);
    await clock.advance(5_000);
    expect(clock.pending()).toBe(0);
    expect(queue.length).toBe(2);
  });

  it("waits twice as long after every failure, up to a bound, and shortly again once forgotten", async () => {
    const { clock, queue } = setUp(25);
    const waits: number[] = [];
    const wait = async (): Promise<void> => {
      const start = clock.now();
      queue.addRateLimited("a");
      while (queue.length === 0) await clock.advance(1);
      waits.push(clock.now() - start);
      await queue.take();
      queue.done("a");
    };
    for (let failure = 0; failure < 5; failure++) await wait();
    expect(queue.failuresOf("a")).toBe(5);
    queue.forget("a");
    await wait();
    expect(waits).toEqual([5, 10, 20, 25, 25, 5]);
  });

  it("lets everybody go when it is closed, and drops what waits", async () => {
    const { clock, queue } = setUp();
    const waiting = queue.take();
    queue.addAfter("a", 1_000);
    queue.close();
    expect(await waiting).toBeUndefined();
    queue.add("b");
    queue.addAfter("c", 10);
    expect(await queue.take()).toBeUndefined();
    expect(queue.length).toBe(0);
    expect(clock.pending()).toBe(0);
  });
});

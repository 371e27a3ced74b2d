import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { Waker } from "./waker.ts";

describe("a waker", () => {
  it("wakes one who sleeps", async () => {
    const clock = new FakeClock();
    const waker = new Waker();
    const sleeping = waker.sleep(1_000, clock);
    waker.wake();
    await sleeping;
    expect(clock.pending()).toBe(0);
  });

  it("lets nobody sleep who was called while at work", async () => {
    const waker = new Waker();
    waker.begin();
    waker.wake();
    await waker.sleep(undefined, new FakeClock());
    waker.begin();
    const clock = new FakeClock();
    let awake = false;
    const sleeping = waker.sleep(50, clock).then(() => {
      awake = true;
    });
    await clock.advance(49);
    expect(awake).toBe(false);
    await clock.advance(1);
    await sleeping;
  });
});

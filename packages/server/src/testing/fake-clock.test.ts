import { describe, expect, it } from "vitest";
import { FakeClock } from "./fake-clock.ts";

describe("FakeClock", () => {
  it("fires timers in order, each at its own instant", async () => {
    const clock = new FakeClock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b${clock.now()}`));
    clock.after(10, () => seen.push(`a${clock.now()}`));
    clock.after(20, () => seen.push(`c${clock.now()}`));
    clock.after(31, () => seen.push("late"));
    await clock.advance(30);
    expect(seen).toEqual(["a1010", "b1020", "c1020"]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending()).toBe(1);
  });

  it("lets a loop of sleeps run as often as it fits", async () => {
    const clock = new FakeClock(0);
    const stop = new AbortController();
    const woken: number[] = [];
    const loop = (async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(10, stop.signal);
        woken.push(clock.now());
      }
    })();
    await clock.advance(35);
    stop.abort();
    await loop;
    expect(woken).toEqual([10, 20, 30, 35]);
    expect(clock.pending()).toBe(0);
  });

  it("cancels", async () => {
    const clock = new FakeClock();
    let fired = false;
    const cancel = clock.after(5, () => {
      fired = true;
    });
    cancel();
    await clock.advance(10);
    expect(fired).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it("does not sleep when the signal has aborted already", async () => {
    const clock = new FakeClock();
    await clock.sleep(1000, AbortSignal.abort());
    expect(clock.pending()).toBe(0);
  });
});

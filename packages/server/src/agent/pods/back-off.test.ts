import { describe, expect, it } from "vitest";
import { BackOff, RESTART_BACK_OFF } from "./back-off.ts";

describe("a back-off", () => {
  it("doubles up to its longest, and starts anew after a quiet time", () => {
    const backOff = new BackOff(RESTART_BACK_OFF);
    const waits: number[] = [];
    let now = 0;
    for (let failure = 0; failure < 8; failure++) {
      expect(backOff.until("c", now, now)).toBe(
        failure === 0 ? undefined : now + (waits.at(-1) ?? 0),
      );
      now = backOff.until("c", now, now) ?? now;
      expect(backOff.until("c", now - backOff.waitOf("c"), now)).toBeUndefined();
      backOff.next("c", now, now);
      waits.push(backOff.waitOf("c"));
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
    const later = now + 600_001;
    expect(backOff.until("c", later, later)).toBeUndefined();
    backOff.next("c", later, later);
    expect(backOff.waitOf("c")).toBe(10_000);
  });

  it("does not wait for a clock that was set back", () => {
    const backOff = new BackOff(RESTART_BACK_OFF);
    backOff.next("c", 100_000, 100_000);
    expect(backOff.until("c", 100_000, 100_000)).toBe(110_000);
    expect(backOff.until("c", 100_000, 50_000)).toBeUndefined();
  });

  it("is about one key only", () => {
    const backOff = new BackOff(RESTART_BACK_OFF);
    backOff.next("a", 0, 0);
    expect(backOff.until("b", 0, 0)).toBeUndefined();
    backOff.forget("a");
    expect(backOff.untilSinceTrouble("a", 0)).toBeUndefined();
  });

  it("counts from the last trouble where nothing else is known", () => {
    const backOff = new BackOff(RESTART_BACK_OFF);
    backOff.next("a", 5_000, 5_000);
    expect(backOff.untilSinceTrouble("a", 9_000)).toBe(15_000);
    expect(backOff.untilSinceTrouble("a", 15_000)).toBeUndefined();
  });
});

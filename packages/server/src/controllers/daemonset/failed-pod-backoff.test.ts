import { describe, expect, it } from "vitest";
import { FailedPodBackoff } from "./failed-pod-backoff.ts";

const MINUTE_MS = 60_000;

describe("the pace at which failed pods are replaced", () => {
  it("halves each time, down to once in a quarter of an hour", () => {
    const backoff = new FailedPodBackoff();
    let now = 0;
    const waits: number[] = [];
    for (let times = 0; times < 13; times++) {
      expect(backoff.waitMs("k", now)).toBe(0);
      backoff.note("k", now);
      const waitMs = backoff.waitMs("k", now);
      waits.push(waitMs / 1000);
      expect(backoff.waitMs("k", now + waitMs - 1)).toBe(waitMs);
      now += waitMs;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it("is one of each node", () => {
    const backoff = new FailedPodBackoff();
    backoff.note("one", 0);
    expect(backoff.waitMs("other", 0)).toBe(0);
  });

  it("begins anew after half an hour of peace", () => {
    const backoff = new FailedPodBackoff();
    backoff.note("k", 0);
    backoff.note("k", 1_000);
    expect(backoff.waitMs("k", 1_000)).toBe(2_000);
    backoff.note("k", 1_001 + 30 * MINUTE_MS);
    expect(backoff.waitMs("k", 1_001 + 30 * MINUTE_MS)).toBe(1_000);
  });
});

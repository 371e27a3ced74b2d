import { describe, expect, it } from "vitest";
import {
  isExpired,
  jitterOf,
  needsRefresh,
  refreshDueAt,
  retryDelayMs,
  type TokenLife,
} from "./token-refresh.ts";

const ISSUED = Date.UTC(2026, 0, 1);
const SECOND = 1000;
const HOUR = 3_600 * SECOND;

function life(seconds: number): TokenLife {
  return { expiresAt: ISSUED + seconds * SECOND, lifetimeMs: seconds * SECOND };
}

describe("a token is due", () => {
  it.each([
    ["after 480 of 600 seconds", 600, 480],
    ["after 48 minutes of the usual hour and a bit", 3607, 2885.6],
    ["after a day, and no later", 48 * 3600, 24 * 3600],
    ["after 80 % of a bit more than a day", 25 * 3600, 20 * 3600],
    ["after 80 % of thirty hours, which is the day", 30 * 3600, 24 * 3600],
    ["soon, when it lives ten seconds", 10, 8],
  ])("%s", (_what, seconds, wanted) => {
    expect(((refreshDueAt(life(seconds)) ?? 0) - ISSUED) / SECOND).toBeCloseTo(wanted, 3);
  });

  it("never, when nobody knows how long it lives", () => {
    const unknown = { expiresAt: ISSUED + HOUR, lifetimeMs: undefined };
    expect(refreshDueAt(unknown)).toBeUndefined();
    expect(needsRefresh(unknown, ISSUED + 2 * HOUR, 0)).toBe(false);
  });

  it.each([
    ["just before", 479.999, 0, false],
    ["at its instant", 480, 0, false],
    ["just after", 480.001, 0, true],
    ["before, but for its jitter", 470.001, 10_000, true],
    ["before its jitter", 470, 10_000, false],
    ["after its end", 700, 0, true],
  ])("%s", (_what, seconds, jitterMs, wanted) => {
    expect(needsRefresh(life(600), ISSUED + seconds * SECOND, jitterMs)).toBe(wanted);
  });

  it("is expired after its end, not at it", () => {
    expect(isExpired(life(600), ISSUED + 600 * SECOND)).toBe(false);
    expect(isExpired(life(600), ISSUED + 600 * SECOND + 1)).toBe(true);
  });
});

describe("jitter", () => {
  const uids = Array.from({ length: 5000 }, (_, index) => `pod-${index}`);

  it("is the same for the same token, and another for another", () => {
    expect(jitterOf("pod-1", life(3600))).toBe(jitterOf("pod-1", life(3600)));
    expect(jitterOf("pod-1", life(3600))).not.toBe(jitterOf("pod-2", life(3600)));
  });

  it("is spread evenly over ten seconds", () => {
    const perSecond = new Array<number>(10).fill(0);
    for (const uid of uids) {
      const second = Math.floor(jitterOf(uid, life(3600)) / SECOND);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    for (const count of perSecond) expect(count).toBeGreaterThan(400);
    expect(perSecond.reduce((sum, count) => sum + count)).toBe(5000);
  });

  it.each([
    [600, 10_000],
    [60, 1_000],
    [6, 100],
  ])("of a token of %i seconds stays below %i ms", (seconds, limit) => {
    const all = uids.map((uid) => jitterOf(uid, life(seconds)));
    expect(Math.max(...all)).toBeLessThan(limit);
    expect(Math.max(...all)).toBeGreaterThan(limit * 0.9);
  });
});

describe("the wait after a failure", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [2000, 60_000],
  ])("number %i is %i ms", (failures, wanted) => {
    expect(retryDelayMs(failures)).toBe(wanted);
  });
});

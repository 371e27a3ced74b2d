import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { realClock } from "./clock.ts";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([1, 24, 25, 49.7, 100, 366])("waits for %d days", async (days) => {
  const callback = vi.fn();
  const slept = vi.fn();
  realClock.after(days * DAY_MS, callback);
  void realClock.sleep(days * DAY_MS).then(slept);
  await vi.advanceTimersByTimeAsync(days * DAY_MS - 1);
  expect([callback.mock.calls.length, slept.mock.calls.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  expect([callback.mock.calls.length, slept.mock.calls.length]).toEqual([1, 1]);
});

it("waits for ever, and until it need not", async () => {
  const callback = vi.fn();
  const cancel = realClock.after(Number.POSITIVE_INFINITY, callback);
  const stop = new AbortController();
  const sleeping = realClock.sleep(100 * DAY_MS, stop.signal);
  await vi.advanceTimersByTimeAsync(60 * DAY_MS);
  cancel();
  stop.abort();
  await sleeping;
  expect(callback).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

import { describe, expect, it } from "vitest";
import { RefreshSchedule } from "./refresh-schedule.ts";

const HOUR = 3_600_000;

/** How many entries each second holds, and the most of any. */
function loads(schedule: RefreshSchedule): { most: number; seconds: number[] } {
  const seconds: number[] = [];
  let most = 0;
  for (let at = schedule.nextSecond(-Infinity); at !== undefined; at = schedule.nextSecond(at)) {
    seconds.push(at);
    most = Math.max(most, schedule.entriesOf(at).length);
  }
  return { most, seconds };
}

describe("a schedule of refreshes", () => {
  it("gives an entry the very instant that it wants", () => {
    const schedule = new RefreshSchedule();
    expect(schedule.planBefore("a", 100_250, HOUR)).toBe(100_250);
    expect(schedule.entriesOf(100)).toEqual(["a"]);
  });

  it("gives those that want the same second earlier ones", () => {
    const schedule = new RefreshSchedule();
    const given = ["a", "b", "c"].map((key) => schedule.planBefore(key, 100_250, HOUR));
    expect(given).toEqual([100_250, 99_000, 98_000]);
    expect(schedule.planBefore("d", 101_900, HOUR)).toBe(101_900);
  });

  it("moves an entry that is planned anew, and forgets one that goes", () => {
    const schedule = new RefreshSchedule();
    schedule.planBefore("a", 100_000, HOUR);
    schedule.planBefore("a", 200_000, HOUR);
    expect(schedule.entriesOf(100)).toEqual([]);
    expect(schedule.entriesOf(200)).toEqual(["a"]);
    schedule.delete("a");
    schedule.delete("a");
    expect(schedule.size).toBe(0);
    expect(schedule.nextSecond(0)).toBeUndefined();
  });

  it("gives what is tried again the first second with room", () => {
    const schedule = new RefreshSchedule();
    expect(schedule.planAfter("a", 100_001, 200_000, HOUR)).toBe(101_000);
    expect(schedule.planAfter("b", 100_001, 200_000, HOUR)).toBe(102_000);
  });

  it("overfills a second rather than be late", () => {
    const schedule = new RefreshSchedule();
    const given = ["a", "b", "c"].map((key) => schedule.planAfter(key, 100_000, 101_000, HOUR));
    expect(given).toEqual([100_000, 101_000, 100_000]);
    expect(schedule.planAfter("d", 100_000, 50_000, HOUR)).toBe(100_000);
  });

  it("lists seconds in their order", () => {
    const schedule = new RefreshSchedule();
    for (const at of [300_000, 100_000, 200_000]) schedule.planBefore(`${at}`, at, HOUR);
    expect(loads(schedule).seconds).toEqual([100, 200, 300]);
    expect(schedule.nextSecond(100)).toBe(200);
  });

  it.each([
    ["5,000 that want the same second", 5000, 2_886_000, () => 10_000_000],
    ["5,000 that want ten seconds", 5000, 2_886_000, (index: number) => 10_000_000 + index * 2],
    ["5,000 of ten minutes", 5000, 480_000, () => 10_000_000],
  ])("spreads %s: none three times the average, none half its period early", (...given) => {
    const [_what, count, periodMs, wantedAt] = given;
    const schedule = new RefreshSchedule();
    for (let index = 0; index < count; index++) {
      const wanted = wantedAt(index);
      const planned = schedule.planBefore(`${index}`, wanted, periodMs);
      expect(planned).toBeLessThanOrEqual(wanted);
      expect(planned).toBeGreaterThanOrEqual(wanted - periodMs / 2 - 1000);
    }
    const average = count / (periodMs / 1000);
    expect(loads(schedule).most).toBeLessThanOrEqual(3 * average);
  });

  it("has room again for all when all have gone", () => {
    const schedule = new RefreshSchedule();
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 100; index++) schedule.planBefore(`${index}`, 1_000_000, 60_000);
      for (let index = 0; index < 100; index++) schedule.delete(`${index}`);
    }
    expect(schedule.planBefore("a", 1_000_000, HOUR)).toBe(1_000_000);
    expect(schedule.planBefore("b", 1_000_000, HOUR)).toBe(999_000);
  });
});

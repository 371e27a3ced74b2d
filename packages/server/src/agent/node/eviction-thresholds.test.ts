import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import {
  DEFAULT_EVICTION_HARD,
  findPressure,
  parseThresholds,
  reservedBytes,
} from "./eviction-thresholds.ts";
import { MACHINE, USE } from "./machine.fixture.ts";
import { PressureMonitor } from "./pressure-monitor.ts";

const thresholds = parseThresholds(DEFAULT_EVICTION_HARD);
const none = { memory: false, disk: false, pid: false };
const MIB = 1024 ** 2;

describe("pressure", () => {
  it.each([
    ["none", USE, none],
    ["of memory", { ...USE, memoryAvailableBytes: 100 * MIB - 1 }, { ...none, memory: true }],
    ["none at the very limit", { ...USE, memoryAvailableBytes: 100 * MIB }, none],
    [
      "of the disk",
      { ...USE, disk: { ...USE.disk, availableBytes: 0.14 * USE.disk.capacityBytes } },
      { ...none, disk: true },
    ],
    ["of inodes", { ...USE, disk: { ...USE.disk, inodesFree: 49 } }, { ...none, disk: true }],
    [
      "none where inodes are not counted",
      { ...USE, disk: { ...USE.disk, inodes: 0, inodesFree: 0 } },
      none,
    ],
    ["none of processes by default", { ...USE, pidsUsed: 32_768 }, none],
  ])("%s", (_what, use, expected) => {
    expect(findPressure(thresholds, MACHINE, use)).toEqual(expected);
  });

  it("of processes where somebody wants to know", () => {
    const wanted = parseThresholds("pid.available<10%");
    expect(findPressure(wanted, MACHINE, { ...USE, pidsUsed: 30_000 })).toEqual({
      ...none,
      pid: true,
    });
  });

  it("is remembered for five minutes", async () => {
    const clock = new FakeClock();
    let now = { ...none, memory: true };
    const monitor = new PressureMonitor(clock, () => now);
    expect(monitor.current().memory).toBe(true);
    now = none;
    await clock.advance(299_999);
    expect(monitor.current()).toEqual({ ...none, memory: true });
    await clock.advance(1);
    expect(monitor.current()).toEqual(none);
  });
});

describe("thresholds", () => {
  it("reserve what pods cannot have", () => {
    expect(reservedBytes(thresholds, "memory.available", 8 * 1024 * MIB)).toBe(100 * MIB);
    expect(reservedBytes(thresholds, "nodefs.available", 1_005)).toBe(100);
    expect(reservedBytes(thresholds, "pid.available", 1_000)).toBe(0);
  });

  it.each(["memory<1", "memory.available", "memory.available<x", "nodefs.available<101%", "a<b<c"])(
    "%s is none",
    (text) => {
      expect(() => parseThresholds(text)).toThrow("eviction threshold");
    },
  );

  it("may be none at all", () => {
    expect(parseThresholds("")).toEqual([]);
  });
});

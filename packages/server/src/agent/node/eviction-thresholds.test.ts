import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import {
  DEFAULT_EVICTION_HARD,
  findPressure,
  lacksImageSpace,
  parseThresholds,
  reservedBytes,
} from "./eviction-thresholds.ts";
import { MACHINE, USE } from "./machine.fixture.ts";
import type { DiskUse, MachineUse } from "./machine.ts";
import { PressureMonitor } from "./pressure-monitor.ts";

const thresholds = parseThresholds(DEFAULT_EVICTION_HARD);
const none = { memory: false, disk: false, pid: false };
const MIB = 1024 ** 2;

/** A machine with nothing left of one disk. */
function full(
  disk: DiskUse | undefined,
  imageDisk: DiskUse | undefined,
  hasImageDisk = imageDisk !== undefined,
): MachineUse {
  const empty = { ...USE.disk, availableBytes: 0 };
  return {
    ...USE,
    ...(disk === undefined ? {} : { disk: empty }),
    ...(hasImageDisk ? { imageDisk: imageDisk === undefined ? USE.disk : empty } : {}),
  };
}

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
    [
      "of the disk of images alone",
      { ...USE, imageDisk: { ...USE.disk, availableBytes: 0 } },
      { ...none, disk: true },
    ],
    [
      "none of a disk that has just enough for all but images, which lie elsewhere",
      {
        ...USE,
        disk: { ...USE.disk, availableBytes: 0.14 * USE.disk.capacityBytes },
        imageDisk: USE.disk,
      },
      none,
    ],
    ["none of processes by default", { ...USE, pidsUsed: 32_768 }, none],
  ])("%s", (_what, use, expected) => {
    expect(findPressure(thresholds, MACHINE, use)).toEqual(expected);
  });

  it.each([
    ["there is room", USE, false],
    ["nothing is left of the only disk", full(USE.disk, undefined), true],
    ["nothing is left of their own disk", full(undefined, USE.disk), true],
    ["nothing is left of the disk that they do not lie on", full(USE.disk, undefined, true), false],
  ])("%s: whether images should go", (_what, use, expected) => {
    expect(lacksImageSpace(thresholds, MACHINE, use)).toBe(expected);
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

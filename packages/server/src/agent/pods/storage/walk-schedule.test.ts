import { expect, it } from "vitest";
import { WalkSchedule } from "./walk-schedule.ts";

const S = 1000;
const AB = new Set(["a", "b"]);

it("looks at each pod every ten seconds, and at none twice at once", () => {
  const schedule = new WalkSchedule();
  expect(schedule.begin(AB, 10 * S)).toBe("a");
  expect(schedule.begin(AB, 10 * S)).toBe("b");
  expect(schedule.begin(AB, 10 * S)).toBeUndefined();
  schedule.end("a", 10 * S + 1);
  expect(schedule.begin(AB, 20 * S - 1)).toBeUndefined();
  expect(schedule.begin(AB, 20 * S)).toBe("a");
  expect(schedule.begin(AB, 1000 * S)).toBeUndefined();
});

it("leaves one alone for ten times as long as its last walk took", () => {
  const schedule = new WalkSchedule();
  const pods = new Set(["a"]);
  schedule.begin(pods, 10 * S);
  schedule.end("a", 13 * S);
  expect(schedule.begin(pods, 40 * S - 1)).toBeUndefined();
  expect(schedule.begin(pods, 40 * S)).toBe("a");
  schedule.end("a", 40 * S + 5);
  expect(schedule.begin(pods, 50 * S)).toBe("a");
});

it("has the one first that is due for longest, wherever it stands", () => {
  const schedule = new WalkSchedule();
  const pods = new Set(["a", "b", "c"]);
  for (const [uid, at] of [
    ["a", 10],
    ["b", 12],
  ] as const) {
    expect(schedule.begin(pods, at * S)).toBe(uid);
    schedule.end(uid, at * S);
  }
  expect(schedule.begin(pods, 30 * S)).toBe("c");
  expect(schedule.begin(pods, 30 * S)).toBe("a");
  expect(schedule.begin(pods, 30 * S)).toBe("b");
});

it("forgets pods that are gone", () => {
  const schedule = new WalkSchedule();
  schedule.begin(AB, 10 * S);
  expect(schedule.begin(new Set(["b"]), 10 * S)).toBe("b");
  schedule.end("a", 11 * S);
  expect(schedule.begin(AB, 12 * S)).toBe("a");
});

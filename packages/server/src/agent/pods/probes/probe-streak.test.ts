import { describe, expect, it } from "vitest";
import type { Probe } from "../../../api/types.ts";
import { continueStreak, NO_STREAK, reachesThreshold } from "./probe-streak.ts";

/** For each result of `+` and `-` whether the streak counts by then. */
function counts(results: string, probe: Probe): string {
  let streak = NO_STREAK;
  return [...results]
    .map((result) => {
      streak = continueStreak(streak, result === "+" ? "success" : "failure");
      return reachesThreshold(streak, probe) ? result : ".";
    })
    .join("");
}

describe("results in a row", () => {
  it.each<[string, Probe, string]>([
    ["+", {}, "+"],
    ["----", {}, "..--"],
    ["--+--", {}, "..+.."],
    ["-+-", { failureThreshold: 1, successThreshold: 2 }, "-.-"],
    ["++-++", { failureThreshold: 2, successThreshold: 2 }, ".+..+"],
  ])("%s with %j", (results, probe, wanted) => {
    expect(counts(results, probe)).toBe(wanted);
  });
});

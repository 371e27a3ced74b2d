import { describe, expect, it } from "vitest";
import { judge, type MountedToken, type ReloadPolicy, type SentRequest } from "./judge.ts";

/** Tokens that live 70 s, each replaced after 56 s: at 0, 56, 112 …, dead at 70, 126, 182 … */
const tokens = (count: number): MountedToken[] =>
  Array.from({ length: count }, (_, index) => ({
    seenAt: index * 56_000,
    expiresAt: index * 56_000 + 70_000,
  }));

/** A request a second, all well but for those at the given seconds. */
function requests(seconds: number, failed: Readonly<Record<number, number>>): SentRequest[] {
  return Array.from({ length: seconds }, (_, second) => ({
    startedAt: second * 1000,
    endedAt: second * 1000 + 5,
    status: failed[second] ?? 200,
  }));
}

const everyMinute: ReloadPolicy = { reloadMs: 60_000, sendsAgain: false };
const sendsAgain: ReloadPolicy = { reloadMs: 60_000, sendsAgain: true };

describe("a request that failed", () => {
  it.each<[string, ReloadPolicy, Record<number, number>, readonly number[]]>([
    ["none", everyMinute, {}, []],
    ["before the old token died", everyMinute, { 69: 401 }, [69]],
    ["as it died", everyMinute, { 70: 401 }, []],
    ["as long as the client may hold it", everyMinute, { 116: 401, 117: 401 }, []],
    ["later, before the next one died", everyMinute, { 118: 401, 125: 401 }, [118, 125]],
    ["while the client may hold the next one", everyMinute, { 126: 401 }, []],
    ["for another reason", everyMinute, { 80: 403, 81: 500, 82: 0 }, [80, 81, 82]],
    ["of a client that sends again", sendsAgain, { 70: 401 }, [70]],
    ["of a client that rereads sooner", { ...everyMinute, reloadMs: 20_000 }, { 78: 401 }, [78]],
  ])("%s", (_name, policy, failed, wrong) => {
    const verdict = judge(tokens(3), requests(140, failed), policy);
    expect(verdict.wrong.map(({ startedAt }) => startedAt / 1000)).toEqual(wrong);
    expect(verdict.outside.failures).toBe(wrong.length);
    expect(verdict.inWindow.failures).toBe(Object.keys(failed).length - wrong.length);
    expect(verdict.inWindow.requests + verdict.outside.requests).toBe(140);
  });

  it("is wrong after the last token has expired in its file", () => {
    expect(judge(tokens(1), requests(80, { 75: 401 }), everyMinute).wrong).toHaveLength(1);
  });
});

describe("rotations survived", () => {
  it.each<[string, number, number, Record<number, number>, number]>([
    ["none before the old token is dead", 2, 70, {}, 0],
    ["one", 2, 72, {}, 1],
    ["none as long as no request succeeds", 2, 73, { 71: 401, 72: 401 }, 0],
    ["two", 3, 128, {}, 2],
    ["none without a token's successor", 1, 128, {}, 0],
  ])("%s", (_name, count, seconds, failed, survived) => {
    expect(judge(tokens(count), requests(seconds, failed), everyMinute).survived).toBe(survived);
  });
});

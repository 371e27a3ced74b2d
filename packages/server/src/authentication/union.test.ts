import { describe, expect, it } from "vitest";
import { joinFailures } from "./authentication-failure.ts";
import type { AuthenticationResult, TokenAuthenticator } from "./authenticator.ts";
import { unionTokenAuthenticator } from "./union.ts";

const user = { username: "u", uid: "", groups: [], extra: {} };
const good: AuthenticationResult = { outcome: "authenticated", user, audiences: [] };
const none: AuthenticationResult = { outcome: "no-opinion" };
const bad = (...texts: readonly string[]): AuthenticationResult => joinFailures(texts);
const recorder = { warn: () => {}, annotate: () => {} };

const cases: readonly (readonly [string, readonly AuthenticationResult[], unknown])[] = [
  ["nobody", [], none],
  ["no opinions", [none, none], none],
  ["the first who knows", [none, good, bad("late")], good],
  ["one who knows after a failure", [bad("a"), good], good],
  ["one failure among no opinions", [none, bad("a"), none], bad("a")],
  [
    "two failures",
    [bad("a"), bad("b")],
    { outcome: "failed", error: "[a, b]", errors: ["a", "b"] },
  ],
  ["one failure twice", [bad("a"), bad("a")], { outcome: "failed", error: "a" }],
  [
    "failures within failures",
    [bad("a", "b"), bad("b", "c")],
    { outcome: "failed", error: "[a, b, c]", errors: ["a", "b", "c"] },
  ],
];

describe("unionTokenAuthenticator", () => {
  const of =
    (wrap: (result: AuthenticationResult) => ReturnType<TokenAuthenticator["authenticateToken"]>) =>
    (result: AuthenticationResult): TokenAuthenticator => ({
      authenticateToken: () => wrap(result),
    });

  it.each(cases)("%s", (_what, answers, expected) => {
    const union = unionTokenAuthenticator(answers.map(of((result) => result)));
    expect(union.authenticateToken("t", [], recorder)).toEqual(expected);
  });

  it.each(cases)("%s, in their own time", async (_what, answers, expected) => {
    const union = unionTokenAuthenticator(answers.map(of((result) => Promise.resolve(result))));
    expect(await union.authenticateToken("t", [], recorder)).toEqual(expected);
  });

  it("asks in order, and nobody after the one who knows", async () => {
    const asked: number[] = [];
    const union = unionTokenAuthenticator(
      [none, bad("x"), good, good].map((result, index) => ({
        authenticateToken: () => {
          asked.push(index);
          return index % 2 === 0 ? result : Promise.resolve(result);
        },
      })),
    );
    expect(await union.authenticateToken("t", [], recorder)).toBe(good);
    expect(asked).toEqual([0, 1, 2]);
  });
});

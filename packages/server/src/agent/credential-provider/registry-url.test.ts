import { describe, expect, it } from "vitest";
import { parseSchemelessUrl, urlsMatch } from "./registry-url.ts";

describe("patterns and images", () => {
  it.each<[string, string, boolean]>([
    ["r.example", "r.example/app", true],
    ["r.example", "r.example:5000/app", false],
    ["r.example:5000", "r.example:5000/app", true],
    ["*.r.example", "a.r.example/app", true],
    ["*.r.example", "a.b.r.example/app", false],
    ["*.r.example", "r.example/app", false],
    ["*.*.r.example", "a.b.r.example/app", true],
    ["app*.r.example", "app-2.r.example", true],
    ["r.*", "r.example/app", true],
    // A query, and none of the pattern.
    ["r?.example", "r1.example/app", false],
    ["r[0-9].example", "r7.example/app", true],
    ["r[^0-9].example", "r7.example/app", false],
    ["r.example/team", "r.example/team/app", true],
    ["r.example/team", "r.example/other/app", false],
    // The path of a pattern is the beginning of a text, not of a list of names.
    ["r.example/team", "r.example/team2/app", true],
    ["r.example/team/", "r.example/team2/app", false],
    ["[::1]:5000", "[::1]:5000/app", true],
    ["127.0.0.1:5000", "127.0.0.1:5000/app", true],
    ["r+.example", "rr.example/app", false],
    ["%invalid%", "r.example/app", false],
  ])("%s and %s", (pattern, image, fits) => {
    expect(urlsMatch(pattern, image)).toBe(fits);
  });
});

describe("a pattern that is made to take long", () => {
  it.each([
    ["many stars", `${"*a".repeat(40)}*b`, "a".repeat(200)],
    ["a long host", `*${"a".repeat(200_000)}b`, "a".repeat(400_000)],
    ["a long pattern", "*".repeat(400_000), "a.b"],
  ])("does not: %s", (_, pattern, host) => {
    const startedAt = performance.now();
    expect(urlsMatch(pattern, `${host}/app`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

describe("what is no URL", () => {
  it.each([
    ["%invalid%", 'parse "https://%invalid%": invalid URL escape "%in"'],
    ["a b", 'parse "https://a b": invalid character " " in host name'],
    ["a:b/c", 'parse "https://a:b/c": invalid port ":b" after host'],
    ["[::1", "parse \"https://[::1\": missing ']' in host"],
    ["r.example/%zz", 'parse "https://r.example/%zz": invalid URL escape "%zz"'],
    ["r\n", 'parse "https://r\\n": net/url: invalid control character in URL'],
  ])("%s", (text, problem) => {
    expect(() => parseSchemelessUrl(text)).toThrow(problem);
  });

  it("but host and path of what is one are taken apart", () => {
    expect(parseSchemelessUrl("user@r.example:1/a%20b?c#d")).toEqual({
      host: "r.example:1",
      path: "/a b",
    });
  });
});

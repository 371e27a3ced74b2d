import { describe, expect, it } from "vitest";
import { parseRequests, parseTokens } from "./logs.ts";

const payload = (claims: object): string =>
  Buffer.from(JSON.stringify(claims)).toString("base64url");

describe("what was printed", () => {
  it("of tokens: when each was seen, and when it expires", () => {
    const log = `1795939399922 ${payload({ exp: 1795939469, sub: "ü?>" })}\n1795939449209 ${payload({ exp: 1795939519 })}\n`;
    expect(parseTokens(log)).toEqual([
      { seenAt: 1795939399922, expiresAt: 1795939469_000 },
      { seenAt: 1795939449209, expiresAt: 1795939519_000 },
    ]);
  });

  it("of requests, between what libraries print", () => {
    const log =
      "SLF4J: no logger\n1795939399922 1795939399930 200\n1795939400122 1795939400124 0\n";
    expect(parseRequests(log)).toEqual([
      { startedAt: 1795939399922, endedAt: 1795939399930, status: 200 },
      { startedAt: 1795939400122, endedAt: 1795939400124, status: 0 },
    ]);
  });

  it.each(["", "1795939399922 17959393", "1795939399922 1795939399930 20"])(
    "is nothing before its line has ended: %j",
    (log) => {
      expect(parseRequests(log)).toEqual([]);
      expect(parseTokens(log)).toEqual([]);
    },
  );
});

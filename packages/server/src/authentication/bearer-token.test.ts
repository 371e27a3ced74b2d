import { describe, expect, it } from "vitest";
import { readBearerToken } from "./bearer-token.ts";
import { realSubprotocols } from "./websocket-token.ts";

const WARNING =
  "the provided Authorization header contains extra space before the bearer token, and is ignored";

describe("readBearerToken", () => {
  it.each([
    ["Bearer abc", "abc", false],
    ["bearer abc", "abc", false],
    ["BEARER abc", "abc", false],
    ["bEaReR abc", "abc", false],
    ["  Bearer abc  ", "abc", false],
    ["\tBearer abc\t", "abc", false],
    ["\u00a0Bearer abc", "abc", false],
    ["Bearer abc more words", "abc", false],
    ["Bearer abc\tmore", "abc\tmore", false],
    ["Bearer  abc", undefined, true],
    ["Bearer  abc more", undefined, true],
    ["Bearer", undefined, false],
    ["Bearer ", undefined, false],
    ["Bearer\tabc", undefined, false],
    ["Bearerabc", undefined, false],
    ["Bearers abc", undefined, false],
    ["Basic YTpi", undefined, false],
    ["abc", undefined, false],
    ["", undefined, false],
    [" ", undefined, false],
  ])("%j", (header, token, warned) => {
    const warnings: string[] = [];
    const recorder = { warn: (text: string) => warnings.push(text), annotate: () => {} };
    expect(readBearerToken(header, recorder)).toBe(token);
    expect(warnings).toEqual(warned ? [WARNING] : []);
  });
});

describe("realSubprotocols", () => {
  it("leaves the one with the token out", () => {
    expect(
      realSubprotocols("v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.eA,v4.x"),
    ).toEqual(["v5.channel.k8s.io", "v4.x"]);
  });
});

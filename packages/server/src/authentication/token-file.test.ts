import { describe, expect, it } from "vitest";
import { parseTokenFile } from "./token-file.ts";

const parse = (text: string): { users: unknown; warnings: readonly string[] } => {
  const warnings: string[] = [];
  const users = [...parseTokenFile("f.csv", text, (warning) => warnings.push(warning))].map(
    ([token, { username, uid, groups }]) => [token, username, uid, groups],
  );
  return { users, warnings };
};

describe("parseTokenFile", () => {
  it.each([
    ["t,u,i\n", [["t", "u", "i", []]]],
    ["t,u,i", [["t", "u", "i", []]]],
    [
      't,u,i,"g1,g2"\r\nt2,u2,i2,g3\r\n',
      [
        ["t", "u", "i", ["g1", "g2"]],
        ["t2", "u2", "i2", ["g3"]],
      ],
    ],
    ['t,"u ""x"", y",i,g,more\n', [["t", 'u "x", y', "i", ["g"]]]],
    ["t,u,\n", [["t", "u", "", []]]],
    ["t,u,i,", [["t", "u", "i", [""]]]],
    ["\n\nt,u,i\n\n", [["t", "u", "i", []]]],
    ["", []],
  ])("%j", (text, users) => {
    expect(parse(text)).toEqual({ users, warnings: [] });
  });

  it("passes over empty tokens and takes the last of equal ones", () => {
    expect(parse(",u,i\nt,a,1\nt,b,2\n")).toEqual({
      users: [["t", "b", "2", []]],
      warnings: [
        "empty token has been found in token file 'f.csv', record number '1'",
        "duplicate token has been found in token file 'f.csv', record number '3'",
      ],
    });
  });

  it.each([
    [
      "secret-token,u\n",
      "token file 'f.csv' must have at least 3 columns (token, user name, user uid), found 2",
    ],
    ['a,b,c\nsecret-token,"u"x,i\n', "token file 'f.csv' has a malformed record on line 2"],
    ['secret-token,"u,i\n', "token file 'f.csv' has a malformed record on line 1"],
    ['secret-token,u"u,i\n', "token file 'f.csv' has a malformed record on line 1"],
  ])("refuses %j without telling the token", (text, message) => {
    expect(() => parse(text)).toThrow(new Error(message));
  });
});

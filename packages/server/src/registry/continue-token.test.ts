import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeContinueToken, encodeContinueToken } from "./continue-token.ts";

function tokenOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("continue tokens", () => {
  it("come back as they went", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/\.|\/|\0/.test(text));
    fc.assert(
      fc.property(fc.integer({ min: 1 }), name, (revision, afterKey) => {
        const position = { revision, afterKey };
        expect(decodeContinueToken(encodeContinueToken(position))).toEqual(position);
      }),
    );
  });

  it("of other makers start with the key that they name", () => {
    const token = tokenOf({ v: "meta.k8s.io/v1", rv: 7, start: "ns/b" });
    const { afterKey } = decodeContinueToken(token);
    expect(["ns/a", "ns/azz", "ns/b", "ns/ba"].filter((key) => key > afterKey)).toEqual([
      "ns/b",
      "ns/ba",
    ]);
  });

  it("are written as upstream writes them", () => {
    const token = encodeContinueToken({ revision: 7, afterKey: "ns/a" });
    expect(JSON.parse(Buffer.from(token, "base64url").toString())).toEqual({
      v: "meta.k8s.io/v1",
      rv: 7,
      start: "/ns/a\0",
    });
  });

  it.each([
    ["***", "illegal base64 data at input byte 0"],
    ["aGVsbG8", "invalid character 'h' looking for beginning of value"],
    [tokenOf({ v: "x", rv: 1, start: "a" }), "server does not recognize this encoded version x"],
    [tokenOf({ v: "meta.k8s.io/v1", rv: 1 }), "encoded start key empty (version meta.k8s.io/v1)"],
    [
      tokenOf({ v: "meta.k8s.io/v1", rv: 0, start: "a" }),
      "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
    ],
    [tokenOf({ v: "meta.k8s.io/v1", rv: 1, start: "../../x" }), "../../x"],
    [tokenOf(null), "server does not recognize this encoded version "],
    [tokenOf([]), "json: cannot unmarshal array into Go value of type storage.continueToken"],
    [
      tokenOf({ v: "meta.k8s.io/v1", rv: "7", start: "a" }),
      "json: cannot unmarshal string into Go struct field continueToken.rv of type int64",
    ],
    [
      tokenOf({ v: "meta.k8s.io/v1", rv: 1.5, start: "a" }),
      "json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64",
    ],
    [
      tokenOf({ v: 7 }),
      "json: cannot unmarshal number into Go struct field continueToken.v of type string",
    ],
    ["ew", "unexpected end of JSON input"],
    ["x", "illegal base64 data at input byte 0"],
    ["eyJ2I", "illegal base64 data at input byte 4"],
  ])("%s is refused", (token, why) => {
    expect(() => decodeContinueToken(token)).toThrow(
      `invalid continue token: continue key is not valid: ${why}`,
    );
  });
});

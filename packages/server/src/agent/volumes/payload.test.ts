import { describe, expect, it } from "vitest";
import { checkPayloadPath, cleanPayload, firstElement } from "./payload.ts";

const long = (length: number): string => "x".repeat(length);

describe("paths of a payload", () => {
  it.each([
    ["token"],
    ["a/b/token"],
    ["a/..b"],
    ["a/...."],
    [".hidden"],
    [long(255)],
    [`${long(254)}/${long(255)}`],
    [Array.from({ length: 16 }, () => long(255)).join("/")],
  ])("may be %s", (path) => {
    expect(() => checkPayloadPath(path)).not.toThrow();
  });

  it.each([
    ["", 'invalid path: must not be empty: ""'],
    ["/etc/passwd", "invalid path: must be relative path: /etc/passwd"],
    ["..", "invalid path: must not contain '..': .."],
    ["a/../../b", "invalid path: must not contain '..': a/../../b"],
    ["a/..", "invalid path: must not contain '..': a/.."],
    ["..data", "invalid path: must not start with '..': ..data"],
    ["..data/token", "invalid path: must not start with '..': ..data/token"],
    ["./..data", "invalid path: must not start with '..': ./..data"],
    ["...", "invalid path: must not start with '..': ..."],
    [long(256), "invalid path: filenames must be less than or equal to 255 characters"],
    // 128 characters, 256 bytes.
    ["é".repeat(128), "invalid path: filenames must be less than or equal to 255 characters"],
    [
      Array.from({ length: 17 }, () => long(250)).join("/"),
      "invalid path: must be less than or equal to 4096 characters",
    ],
  ])("must not be %s", (path, message) => {
    expect(() => checkPayloadPath(path)).toThrow(message);
  });

  it("are written in their shortest form", () => {
    const file = { data: new Uint8Array(), mode: 0o644 };
    const cleaned = cleanPayload(new Map([["a//b/./c/", file]]));
    expect([...cleaned.keys()]).toEqual(["a/b/c"]);
  });

  it("begin with what is seen in the volume's own directory", () => {
    expect([firstElement("a/b/c"), firstElement("token")]).toEqual(["a", "token"]);
  });
});

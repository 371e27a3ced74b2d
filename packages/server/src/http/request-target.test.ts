import { describe, expect, test } from "vitest";
import { parseRequestTarget } from "./request-target.ts";

describe("parseRequestTarget", () => {
  test.each([
    ["/", "/", ""],
    ["/api/v1?limit=1", "/api/v1", "limit=1"],
    ["/api/v1?", "/api/v1", ""],
    ["/a?b?c", "/a", "b?c"],
    ["/a?x=%zz", "/a", "x=%zz"],
    ["/api/v1%2Fnamespaces", "/api/v1/namespaces", ""],
    ["/a%3Fb", "/a?b", ""],
    ["/%63onfigmaps", "/configmaps", ""],
    ["/a+b", "/a+b", ""],
    ["/%2e%2E", "/..", ""],
    ["/a%25b", "/a%b", ""],
    ["/%C3%A9", "/é", ""],
    ["/\u00c3\u00a9", "/é", ""],
    ["/%FF", "/\ufffd", ""],
    ["//api", "//api", ""],
    ["*", "*", ""],
    ["https://localhost:6443/api?x", "/api", "x"],
    ["https://localhost", "", ""],
  ])("%s", (target, path, rawQuery) => {
    expect(parseRequestTarget(target)).toEqual({ path, rawQuery });
  });

  test.each(["/api/v1/%", "/%4", "/%zz", "/a%2", "api/v1", ""])("refuses %j", (target) => {
    expect(parseRequestTarget(target)).toBeUndefined();
  });
});

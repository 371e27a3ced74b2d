import { describe, expect, test } from "vitest";
import type { UserInfo } from "../authentication/authenticator.ts";
import { parseRequestInfo } from "../request/parse-request-info.ts";
import { parseQuery } from "../request/query.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { InFlightLimits, isLongRunning } from "./in-flight-limits.ts";

const user = (...groups: string[]): UserInfo => ({ username: "u", uid: "", groups, extra: {} });
const info = (method: string, path: string, query = ""): RequestInfo =>
  parseRequestInfo(method, path, parseQuery(query));
const read = info("GET", "/api/v1/nodes");
const write = info("POST", "/api/v1/nodes");

describe("InFlightLimits", () => {
  test("bounds reads and writes apart, and takes places back", () => {
    const limits = new InFlightLimits({ maxReads: 2, maxWrites: 1 });
    const first = limits.enter(read, user());
    expect(first).toBeDefined();
    expect(limits.enter(info("GET", "/version"), user())).toBeDefined();
    expect(limits.enter(read, user())).toBeUndefined();
    const writing = limits.enter(write, user());
    expect(writing).toBeDefined();
    expect(limits.enter(info("POST", "/healthz"), user())).toBeUndefined();
    first?.();
    expect(limits.enter(read, user())).toBeDefined();
    expect(limits.enter(read, user())).toBeUndefined();
    writing?.();
    expect(limits.enter(write, user())).toBeDefined();
  });

  test("never turns masters or long-running requests away", () => {
    const limits = new InFlightLimits({ maxReads: 1, maxWrites: 1 });
    limits.enter(read, user());
    for (let count = 0; count < 3; count++) {
      const master = limits.enter(read, user("system:authenticated", "system:masters"));
      expect(master).toBeDefined();
      const watching = limits.enter(info("GET", "/api/v1/nodes", "watch=1"), user());
      expect(watching).toBeDefined();
      watching?.();
      master?.();
    }
    expect(limits.enter(read, user())).toBeUndefined();
  });

  test("never turns parts of the process away, which take places nonetheless", () => {
    const limits = new InFlightLimits({ maxReads: 1, maxWrites: 1 });
    expect(limits.enter(write, user(), true)).toBeDefined();
    expect(limits.enter(write, user(), true)).toBeDefined();
    expect(limits.enter(write, user())).toBeUndefined();
  });

  test("0 is no limit", () => {
    const limits = new InFlightLimits({ maxReads: 0, maxWrites: 0 });
    for (let count = 0; count < 1000; count++) expect(limits.enter(read, user())).toBeDefined();
  });

  test("tells the most at once since it was asked", () => {
    const limits = new InFlightLimits();
    const releases = [1, 2, 3].map(() => limits.enter(read, user()));
    releases[0]?.();
    expect(limits.takePeaks()).toEqual({ readOnly: 3, mutating: 0 });
    expect(limits.takePeaks()).toEqual({ readOnly: 2, mutating: 0 });
  });

  test("refuses in plain text", () => {
    expect(new InFlightLimits().rejection()).toEqual({
      status: 429,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "retry-after": "1",
        "x-content-type-options": "nosniff",
      },
      body: "Too many requests, please try again later.\n",
    });
  });
});

test.each([
  ["GET", "/api/v1/nodes", "watch=true", true],
  ["GET", "/api/v1/watch/nodes", "", true],
  ["GET", "/api/v1/namespaces/n/pods/p/log", "", true],
  ["POST", "/api/v1/namespaces/n/pods/p/exec", "", true],
  ["POST", "/api/v1/namespaces/n/pods/p/attach", "", true],
  ["POST", "/api/v1/namespaces/n/pods/p/portforward", "", true],
  ["GET", "/api/v1/nodes/n/proxy/x", "", true],
  ["GET", "/api/v1/nodes", "", false],
  ["GET", "/api/v1/namespaces/n/pods/p/status", "", false],
  ["POST", "/api/v1/namespaces/n/serviceaccounts/s/token", "", false],
  ["GET", "/logs/proxy", "", false],
])("isLongRunning %s %s %s: %s", (method, path, query, expected) => {
  expect(isLongRunning(info(method, path, query))).toBe(expected);
});

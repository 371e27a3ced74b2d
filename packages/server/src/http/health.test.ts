import { describe, expect, test } from "vitest";
import { parseQuery } from "../request/query.ts";
import { type Logger, silentLogger } from "../runtime/logger.ts";
import type { ApiResponse } from "./exchange.ts";
import { createHealthHandler, type HealthCheck, isHealthPath } from "./health.ts";

const checks: readonly HealthCheck[] = [
  { name: "ping", check: () => undefined },
  { name: "etcd", check: () => undefined },
  { name: "informer-sync", check: () => undefined, endpoints: ["readyz"] },
  { name: "poststarthook/rbac/bootstrap-roles", check: () => undefined },
];

function ask(target: string, all = checks, logger: Logger = silentLogger): ApiResponse {
  const [path = "", raw = ""] = target.split("?");
  return createHealthHandler(all, logger)(path, parseQuery(raw));
}

const SNIFFABLE = { "content-type": "text/plain; charset=utf-8" };
const TEXT = { ...SNIFFABLE, "x-content-type-options": "nosniff" };

describe("health", () => {
  test.each([
    ["/healthz", "ok"],
    ["/livez", "ok"],
    ["/readyz?exclude=etcd", "ok"],
    ["/livez?exclude=nothing", "ok"],
    [
      "/livez?verbose",
      "[+]ping ok\n[+]etcd ok\n[+]poststarthook/rbac/bootstrap-roles ok\nlivez check passed\n",
    ],
    [
      "/readyz?verbose=false&exclude=etcd&exclude=ping",
      "[+]ping excluded: ok\n[+]etcd excluded: ok\n[+]informer-sync ok\n[+]poststarthook/rbac/bootstrap-roles ok\nreadyz check passed\n",
    ],
    [
      "/healthz?verbose&exclude=nope&exclude=a",
      '[+]ping ok\n[+]etcd ok\n[+]poststarthook/rbac/bootstrap-roles ok\nwarn: some health checks cannot be excluded: no matches for "a","nope"\nhealthz check passed\n',
    ],
  ])("%s", (target, body) => {
    expect(ask(target)).toEqual({ status: 200, headers: TEXT, body });
  });

  test.each([
    "/livez/ping",
    "/livez/ping?verbose",
    "/readyz/informer-sync",
    "/healthz/poststarthook/rbac/bootstrap-roles",
  ])("%s is a single check", (target) => {
    expect(ask(target)).toEqual({ status: 200, headers: SNIFFABLE, body: "ok" });
  });

  test.each([
    "/livez/informer-sync",
    "/livez/nothing",
    "/livez/ping/",
    "/healthz/",
    "/livez/poststarthook",
    "/health",
  ])("%s is not found", (target) => {
    expect(ask(target)).toEqual({ status: 404, headers: TEXT, body: "404 page not found\n" });
  });

  test("a failure is shown in words, its reason only in the log and in the single check", () => {
    const logged: unknown[] = [];
    const logger = { ...silentLogger, warn: (fields: unknown) => logged.push(fields) };
    const broken = [...checks, { name: "disk", check: () => "no space left on /secret" }];
    expect(ask("/readyz", broken, logger)).toEqual({
      status: 500,
      headers: TEXT,
      body: "[+]ping ok\n[+]etcd ok\n[+]informer-sync ok\n[+]poststarthook/rbac/bootstrap-roles ok\n[-]disk failed: reason withheld\nreadyz check failed\n",
    });
    expect(logged).toEqual([{ endpoint: "readyz", failed: ["disk: no space left on /secret"] }]);
    expect(ask("/readyz/disk", broken)).toEqual({
      status: 500,
      headers: TEXT,
      body: "internal server error: no space left on /secret\n",
    });
    expect(ask("/readyz?exclude=disk", broken).status).toBe(200);
  });

  test.each([
    ["/healthz", true],
    ["/readyz/ping", true],
    ["/livez/", true],
    ["/healthzz", false],
    ["/version", false],
    ["/", false],
  ])("isHealthPath %s: %s", (path, expected) => {
    expect(isHealthPath(path)).toBe(expected);
  });
});

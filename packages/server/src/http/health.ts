import { quoteGo } from "../api/go-quote.ts";
import type { Query } from "../request/query.ts";
import type { Logger } from "../runtime/logger.ts";
import type { ApiResponse } from "./exchange.ts";
import { pageNotFound, plainText } from "./plain-text.ts";

/** The three questions: is it running (`livez`), may it be sent requests (`readyz`), the old one (`healthz`). */
export type HealthEndpoint = "healthz" | "livez" | "readyz";

/** One thing that has to be well. */
export interface HealthCheck {
  /** Path below the endpoint: `ping`, `poststarthook/rbac/bootstrap-roles`. */
  readonly name: string;
  /** What is wrong, for the log and for those who may read the single check; undefined when nothing is. */
  readonly check: () => string | undefined;
  /** Endpoints that look at it; all when absent. */
  readonly endpoints?: readonly HealthEndpoint[];
}

/** Answers a request below a health endpoint, of any method. */
export type HealthHandler = (path: string, query: Query) => ApiResponse;

/**
 * Makes the handler of `/healthz`, `/livez` and `/readyz`, of their checks in the order given, and
 * of each single check below them.
 * @see apiserver pkg/server/healthz/healthz.go
 */
export function createHealthHandler(checks: readonly HealthCheck[], logger: Logger): HealthHandler {
  return (path, query) => {
    const [, endpoint = "", name] = /^\/(healthz|livez|readyz)(?:\/(.*))?$/s.exec(path) ?? [];
    if (!isHealthEndpoint(endpoint)) return pageNotFound();
    const asked = checks.filter((each) => each.endpoints?.includes(endpoint) ?? true);
    if (name === undefined) return answerAll(endpoint, asked, query, logger);
    const single = asked.find((each) => each.name === name);
    return single === undefined ? pageNotFound() : answerOne(single);
  };
}

/** Whether a path belongs to the handler above. */
export function isHealthPath(path: string): boolean {
  const end = path.indexOf("/", 1);
  return isHealthEndpoint(path.slice(1, end < 0 ? undefined : end));
}

function isHealthEndpoint(name: string): name is HealthEndpoint {
  return name === "healthz" || name === "livez" || name === "readyz";
}

function answerOne(check: HealthCheck): ApiResponse {
  const problem = check.check();
  return problem === undefined
    ? { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "ok" }
    : plainText(500, `internal server error: ${problem}`);
}

function answerAll(
  endpoint: HealthEndpoint,
  checks: readonly HealthCheck[],
  query: Query,
  logger: Logger,
): ApiResponse {
  const excluded = new Set(query.all("exclude"));
  const unknown = new Set(excluded);
  const failed: string[] = [];
  let words = "";
  for (const { name, check } of checks) {
    if (excluded.has(name)) {
      unknown.delete(name);
      words += `[+]${name} excluded: ok\n`;
      continue;
    }
    const problem = check();
    if (problem === undefined) {
      words += `[+]${name} ok\n`;
      continue;
    }
    // The endpoint is open to everybody, so the reason is for the log.
    words += `[-]${name} failed: reason withheld\n`;
    failed.push(`${name}: ${problem}`);
  }
  if (unknown.size > 0) {
    const names = [...unknown].sort().map(quoteGo).join(",");
    words += `warn: some health checks cannot be excluded: no matches for ${names}\n`;
  }
  if (failed.length > 0) {
    logger.warn({ endpoint, failed }, "health check failed");
    return plainText(500, `${words}${endpoint} check failed`);
  }
  return {
    status: 200,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
    },
    body: query.has("verbose") ? `${words}${endpoint} check passed\n` : "ok",
  };
}

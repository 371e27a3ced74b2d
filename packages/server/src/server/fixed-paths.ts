import { prettyJson } from "../api/encode-json-text.ts";
import { servedGroups } from "../api/schema/resources.ts";
import { resourceNotServed } from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { createHealthHandler, type HealthCheck } from "../http/health.ts";
import { MEDIA_TYPES } from "../http/media-type.ts";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import { requireAccept, wantsPretty } from "../http/negotiation.ts";
import { pageNotFound } from "../http/plain-text.ts";
import { createOpenApiDocuments } from "../registry/openapi/documents.ts";
import { createOpenApiRoutes } from "../registry/openapi/routes.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import {
  type DiscoveryDocumentSource,
  JWKS_MEDIA_TYPE,
  JWKS_PATH,
  OPENID_CONFIGURATION_MEDIA_TYPE,
  OPENID_CONFIGURATION_PATH,
} from "../tokens/openid-configuration.ts";
import { onlyMethods, type PathHandler } from "./path-routes.ts";
import { versionDocument } from "./version.ts";

export interface FixedPathsDependencies {
  readonly documents: DiscoveryDocumentSource | undefined;
  readonly metrics: MetricsRegistry;
  readonly healthChecks: readonly HealthCheck[];
  readonly logger: Logger;
  readonly clock: Clock;
}

interface FixedPaths {
  readonly exact: ReadonlyMap<string, PathHandler>;
  readonly prefixes: readonly (readonly [string, PathHandler])[];
}

const HEALTH = ["/healthz", "/livez", "/readyz"];
const SERVICES = ["/version", OPENID_CONFIGURATION_PATH, JWKS_PATH];
const OPENAPI = ["/openapi", "/openapi/v2", "/openapi/v3", "/openapi/v3/"];
/** Paths that answer and are not named by the root; of those that end in a slash one is. */
const UNLISTED: ReadonlySet<string> = new Set(["/", "/index.html", "/openapi"]);
const LISTED: ReadonlySet<string> = new Set(["/openapi/v3/"]);

/** Paths that are neither resources nor discovery. */
export function fixedPaths(dependencies: FixedPathsDependencies): FixedPaths {
  const health = createHealthHandler(dependencies.healthChecks, dependencies.logger);
  const healthHandler: PathHandler = ({ info, query }) => health(info.path, query);
  const exact = new Map<string, PathHandler>([
    ["/version", onlyMethods(["GET"], answerVersion)],
    ["/version/", onlyMethods(["GET"], answerVersion)],
    ["/metrics", () => dependencies.metrics.respond()],
    ...HEALTH.map((path) => [path, healthHandler] as const),
    ...identityPaths(dependencies.documents),
  ]);
  const root: PathHandler = (context) => answerRoot(context, rootPaths(exact, dependencies));
  const openApi = openApiHandler(dependencies.clock);
  for (const path of OPENAPI) exact.set(path, openApi);
  exact.set("/", root);
  exact.set("/index.html", root);
  return {
    exact,
    prefixes: [
      ...HEALTH.map((path) => [`${path}/`, healthHandler] as const),
      ["/openapi/", openApi] as const,
      ...SERVICES.map((path) => [`${path}/`, serviceBelow(path, exact.get(path))] as const),
    ],
  };
}

/** Services of their own upstream: more slashes mean the same, what is missing is told as a Status. */
function serviceBelow(path: string, service: PathHandler | undefined): PathHandler {
  if (service === undefined) return () => pageNotFound();
  return (context) => {
    if (/[^/]/.test(context.info.path.slice(path.length))) throw resourceNotServed();
    return service(context);
  };
}

/** Documents are made at the first request for one. */
function openApiHandler(clock: Clock): PathHandler {
  const routes = createOpenApiRoutes(createOpenApiDocuments(servedGroups()));
  return ({ request, info, query }) => {
    const hash = query.get("hash");
    const ifNoneMatch = request.headers["if-none-match"];
    const ifModifiedSince = request.headers["if-modified-since"];
    return routes({
      method: request.method,
      path: info.path,
      accept: request.headers.accept ?? "",
      now: clock.now(),
      ...(hash === undefined ? {} : { hash }),
      ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
      ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    });
  };
}

function jsonText(context: RequestContext, value: unknown): string {
  const text = JSON.stringify(value);
  return wantsPretty(context.request.headers["user-agent"], context.query)
    ? prettyJson(text)
    : `${text}\n`;
}

function answerVersion(context: RequestContext): ApiResponse {
  requireAccept(context.request.headers.accept ?? "", [MEDIA_TYPES.json]);
  return {
    status: 200,
    headers: { "content-type": MEDIA_TYPES.json },
    body: prettyJson(JSON.stringify(versionDocument())),
  };
}

function identityPaths(
  documents: DiscoveryDocumentSource | undefined,
): readonly (readonly [string, PathHandler])[] {
  if (documents === undefined) return [];
  const serve =
    (which: "configuration" | "jwks", mediaType: string): PathHandler =>
    (context) => {
      requireAccept(context.request.headers.accept ?? "", [mediaType]);
      const current = documents.current();
      return {
        status: 200,
        headers: { "content-type": mediaType, "cache-control": current.cacheControl },
        body: current[which],
      };
    };
  const configuration = onlyMethods(
    ["GET"],
    serve("configuration", OPENID_CONFIGURATION_MEDIA_TYPE),
  );
  const jwks = onlyMethods(["GET"], serve("jwks", JWKS_MEDIA_TYPE));
  return [
    [OPENID_CONFIGURATION_PATH, configuration],
    [`${OPENID_CONFIGURATION_PATH}/`, configuration],
    [JWKS_PATH, jwks],
    [`${JWKS_PATH}/`, jwks],
  ];
}

function answerRoot(context: RequestContext, paths: readonly string[]): ApiResponse {
  return {
    status: 200,
    headers: { "content-type": MEDIA_TYPES.json },
    body: jsonText(context, { paths }),
  };
}

/** Everything that answers and is no resource, sorted. */
function rootPaths(
  exact: ReadonlyMap<string, PathHandler>,
  { healthChecks }: FixedPathsDependencies,
): readonly string[] {
  const groups = servedGroups().flatMap(({ group, versions }) =>
    group === ""
      ? versions.map(({ version }) => `/api/${version}`)
      : [`/apis/${group}`, ...versions.map(({ version }) => `/apis/${group}/${version}`)],
  );
  const checks = HEALTH.flatMap((path) =>
    healthChecks
      .filter(({ endpoints }) => endpoints?.some((each) => `/${each}` === path) ?? true)
      .map(({ name }) => `${path}/${name}`),
  );
  const own = [...exact.keys()].filter(
    (path) => LISTED.has(path) || !(UNLISTED.has(path) || path.endsWith("/")),
  );
  return ["/api", "/apis", "/apis/", ...groups, ...checks, ...own].sort();
}

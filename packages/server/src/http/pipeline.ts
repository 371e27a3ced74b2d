import { badRequest, unauthorized } from "../api/status-error.ts";
import { ANONYMOUS } from "../authentication/anonymous.ts";
import type { Authenticator, UserInfo } from "../authentication/authenticator.ts";
import { type Impersonator, parseImpersonationHeaders } from "../authentication/impersonation.ts";
import type {
  AuthorizationAttributes,
  AuthorizationVerdict,
  Authorizer,
} from "../authorization/authorizer.ts";
import { forbiddenRequest } from "../authorization/forbidden-message.ts";
import { requestAttributes } from "../authorization/request-attributes.ts";
import { parseRequestInfo } from "../request/parse-request-info.ts";
import { emptyQuery, Query } from "../request/query.ts";
import { RequestContext } from "../request/request-context.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { Logger } from "../runtime/logger.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { Random } from "../runtime/random.ts";
import { knownLength, type PlainBody } from "./body-length.ts";
import { compressResponse } from "./compression.ts";
import { errorResponse } from "./error-response.ts";
import {
  type ApiRequest,
  type ApiResponse,
  type EventSink,
  type Handler,
  isStreamBody,
  type ResponseHeaders,
  type StreamBody,
  type StreamSink,
  type TakenConnection,
} from "./exchange.ts";
import { firstHeader } from "./header-value.ts";
import type { IdentityMetrics, OutcomeSeries } from "./identity-metrics.ts";
import type { InFlightLimits } from "./in-flight-limits.ts";
import type { RequestMetrics } from "./metrics.ts";
import { timeoutProblem } from "./request-timeout.ts";
import { formatWarnings } from "./warnings.ts";

export interface PipelineDependencies {
  readonly authenticator: Authenticator;
  readonly impersonator: Impersonator;
  readonly authorizer: Authorizer;
  readonly limits: InFlightLimits;
  readonly metrics: RequestMetrics;
  readonly identityMetrics: IdentityMetrics;
  readonly random: Random;
  readonly logger: Logger;
  /** Answers requests for resources, once they are authorised. */
  readonly resources: (context: RequestContext) => MaybePromise<ApiResponse>;
  /** Answers everything else: discovery, health, version, keys. */
  readonly paths: (context: RequestContext) => MaybePromise<ApiResponse>;
}

/**
 * The way of every request, in the order in which it runs:
 * request info → authentication → impersonation → in-flight limits → authorization → handler, and
 * around them whatever is thrown becomes a Status, warnings and common headers are added, and the
 * answer is counted and, when it is large, compressed. Nothing is awaited where a stage has its answer at once.
 * @see apiserver pkg/server/config.go (DefaultBuildHandlerChain)
 */
export function createPipeline(dependencies: PipelineDependencies): Handler {
  return (request) => new Passage(dependencies, request).run();
}

/** One request on its way. */
class Passage {
  readonly #dependencies: PipelineDependencies;
  readonly #request: ApiRequest;
  /** Milliseconds of `performance.now`, which costs less than a clock and never goes back. */
  readonly #startedAt = performance.now();
  #context: RequestContext | undefined;
  /** Whether the filters are behind us and a handler is at work. */
  #handling = false;

  constructor(dependencies: PipelineDependencies, request: ApiRequest) {
    this.#dependencies = dependencies;
    this.#request = request;
  }

  run(): MaybePromise<ApiResponse> {
    try {
      const response = this.#authenticate(this.#start());
      if (!(response instanceof Promise)) return this.#finish(response);
      return response.then(
        (settled) => this.#finish(settled),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      return this.#fail(error);
    }
  }

  #start(): RequestContext {
    const request = this.#request;
    const query = request.rawQuery === "" ? emptyQuery : new Query(request.rawQuery);
    const info = parseRequestInfo(request.method, request.path, query);
    this.#context = new RequestContext(request, info, query, ANONYMOUS);
    const problem = timeoutProblem(info, query);
    if (problem !== undefined) {
      // This filter's refusal is one that handlers give too.
      this.#handling = true;
      throw badRequest(problem);
    }
    return this.#context;
  }

  #authenticate(context: RequestContext): MaybePromise<ApiResponse> {
    const trusted = this.#request.trustedUser;
    if (trusted !== undefined) {
      return this.#impersonate(context, { uid: "", extra: {}, ...trusted });
    }
    const start = performance.now();
    const result = this.#dependencies.authenticator.authenticate(this.#request, context);
    return result instanceof Promise
      ? result.then((settled) => this.#authenticated(context, settled, start))
      : this.#authenticated(context, result, start);
  }

  #authenticated(
    context: RequestContext,
    result: Awaited<ReturnType<Authenticator["authenticate"]>>,
    start: number,
  ): MaybePromise<ApiResponse> {
    const { identityMetrics } = this.#dependencies;
    const { authentication } = identityMetrics;
    count(authentication[AUTHENTICATION_RESULTS[result.outcome]], start);
    if (result.outcome !== "authenticated") {
      const why = result.outcome === "failed" ? result.error : "no credentials";
      this.#dependencies.logger.debug({ path: context.info.path, why }, "unauthenticated request");
      throw unauthorized();
    }
    identityMetrics.userRequest(result.user.username);
    return this.#impersonate(context, result.user);
  }

  #impersonate(context: RequestContext, user: UserInfo): MaybePromise<ApiResponse> {
    context.user = user;
    const wanted = parseImpersonationHeaders(this.#request.rawHeaders);
    if (wanted === undefined) return this.#admit(context);
    const attributes = requestAttributes(context.info, user);
    const impersonated = this.#dependencies.impersonator.impersonate(wanted, attributes);
    if (!(impersonated instanceof Promise)) {
      context.user = impersonated.user;
      return this.#admit(context);
    }
    return impersonated.then((settled) => {
      context.user = settled.user;
      return this.#admit(context);
    });
  }

  #admit(context: RequestContext): MaybePromise<ApiResponse> {
    const { limits } = this.#dependencies;
    const isPart = this.#request.trustedUser !== undefined;
    const release = limits.enter(context.info, context.user, isPart);
    if (release === undefined) return limits.rejection();
    const response = this.#guarded(() => this.#authorize(context), release);
    if (!(response instanceof Promise)) {
      release();
      return response;
    }
    return response.finally(release);
  }

  #guarded<T>(run: () => T, onThrow: () => void): T {
    try {
      return run();
    } catch (error) {
      onThrow();
      throw error;
    }
  }

  #authorize(context: RequestContext): MaybePromise<ApiResponse> {
    const attributes = requestAttributes(context.info, context.user);
    const start = performance.now();
    const verdict = this.#dependencies.authorizer.authorize(attributes);
    return verdict instanceof Promise
      ? verdict.then((settled) => this.#authorized(context, attributes, settled, start))
      : this.#authorized(context, attributes, verdict, start);
  }

  #authorized(
    context: RequestContext,
    attributes: AuthorizationAttributes,
    { decision, reason }: AuthorizationVerdict,
    start: number,
  ): MaybePromise<ApiResponse> {
    const { authorization } = this.#dependencies.identityMetrics;
    count(authorization[AUTHORIZATION_RESULTS[decision]], start);
    if (decision !== "allow") throw forbiddenRequest(attributes, reason);
    return this.#handle(context);
  }

  #handle(context: RequestContext): MaybePromise<ApiResponse> {
    this.#handling = true;
    return context.info.isResourceRequest
      ? this.#dependencies.resources(context)
      : this.#dependencies.paths(context);
  }

  #fail(error: unknown): MaybePromise<ApiResponse> {
    const response = errorResponse(error, this.#request, this.#dependencies.logger);
    // Upstream's filters forbid to guess at the type of a refusal; what its handlers answer has no need.
    const refused = response.status === 403 || response.status === 400;
    if (refused && !this.#handling) response.headers["x-content-type-options"] = "nosniff";
    return this.#finish(response);
  }

  /** Adds what every answer bears. Handlers make their headers anew, so they may be added to. */
  #finish(response: ApiResponse): MaybePromise<ApiResponse> {
    const headers: ResponseHeaders = response.headers;
    const auditId = firstHeader(this.#request, "audit-id");
    headers["audit-id"] = auditId || this.#dependencies.random.uuid();
    const context = this.#context;
    // A path that cannot be read is refused before the filter that sets it.
    if (context !== undefined) {
      headers["cache-control"] ??= "no-cache, private";
      if (context.warnings.length > 0) headers.warning = formatWarnings(context.warnings);
      if (isStreamBody(response.body)) return this.#counted(context.info, response, response.body);
      if (response.takeOver !== undefined) return this.#countTaken(context.info, response);
      this.#count(context.info, response.status, response.body);
    }
    return compressResponse(this.#request, response);
  }

  /** A watch counts as under way until it ends, and then as one request that took no time. */
  #counted(info: RequestInfo, response: ApiResponse, body: StreamBody): ApiResponse {
    const { metrics } = this.#dependencies;
    const count = (sink: Pick<StreamSink, "onClose">): void => {
      const end = metrics.beginLongRunning(info);
      sink.onClose(() => {
        end();
        metrics.observe(info, response.status);
      });
    };
    const start = (sink: StreamSink): void => {
      count(sink);
      body.start(sink);
    };
    if (body.startEvents === undefined) return { ...response, body: { start } };
    const startEvents = (sink: EventSink): void => {
      count(sink);
      body.startEvents?.(sink);
    };
    return { ...response, body: { start, startEvents } };
  }

  /** A connection that leaves HTTP counts like a watch. */
  #countTaken(info: RequestInfo, response: ApiResponse): ApiResponse {
    const { metrics } = this.#dependencies;
    const takeOver = (connection: TakenConnection): void => {
      const end = metrics.beginLongRunning(info);
      connection.socket.once("close", () => {
        end();
        metrics.observe(info, response.status);
      });
      response.takeOver?.(connection);
    };
    return { ...response, takeOver };
  }

  #count(info: RequestInfo, status: number, body: PlainBody): void {
    const isRead = info.verb === "get" || info.verb === "list";
    const bytes = isRead ? knownLength(body) : -1;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#dependencies.metrics.observe(info, status, seconds, bytes < 0 ? undefined : bytes);
  }
}

/** @see apiserver pkg/endpoints/filters/metrics.go */
const AUTHENTICATION_RESULTS = {
  authenticated: "success",
  failed: "error",
  "no-opinion": "failure",
} as const;

const AUTHORIZATION_RESULTS = {
  allow: "allowed",
  deny: "denied",
  "no-opinion": "no-opinion",
} as const;

function count(series: OutcomeSeries, startedAt: number): void {
  series.attempts.inc();
  series.seconds.observe((performance.now() - startedAt) / 1000);
}

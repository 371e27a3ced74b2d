import { unauthorized } from "../api/status-error.ts";
import { ANONYMOUS } from "../authentication/anonymous.ts";
import type { Authenticator, UserInfo } from "../authentication/authenticator.ts";
import { type Impersonator, parseImpersonationHeaders } from "../authentication/impersonation.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { forbiddenRequest } from "../authorization/forbidden-message.ts";
import { requestAttributes } from "../authorization/request-attributes.ts";
import { parseRequestInfo } from "../request/parse-request-info.ts";
import { emptyQuery, Query } from "../request/query.ts";
import { RequestContext } from "../request/request-context.ts";
import type { Logger } from "../runtime/logger.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { Random } from "../runtime/random.ts";
import { errorResponse } from "./error-response.ts";
import type { ApiRequest, ApiResponse, Handler, ResponseHeaders } from "./exchange.ts";
import type { InFlightLimits } from "./in-flight-limits.ts";
import type { RequestMetrics } from "./metrics.ts";
import { formatWarnings } from "./warnings.ts";

export interface PipelineDependencies {
  readonly authenticator: Authenticator;
  readonly impersonator: Impersonator;
  readonly authorizer: Authorizer;
  readonly limits: InFlightLimits;
  readonly metrics: RequestMetrics;
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
 * answer is counted. Nothing is awaited where a stage has its answer at once.
 * @see apiserver pkg/server/config.go (DefaultBuildHandlerChain)
 */
export function createPipeline(dependencies: PipelineDependencies): Handler {
  return (request) => new Passage(dependencies, request).run();
}

/** One request on its way. */
class Passage {
  readonly #dependencies: PipelineDependencies;
  readonly #request: ApiRequest;
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
    return this.#context;
  }

  #authenticate(context: RequestContext): MaybePromise<ApiResponse> {
    const trusted = this.#request.trustedUser;
    if (trusted !== undefined) {
      return this.#impersonate(context, { uid: "", extra: {}, ...trusted });
    }
    const result = this.#dependencies.authenticator.authenticate(this.#request, context);
    return result instanceof Promise
      ? result.then((settled) => this.#authenticated(context, settled))
      : this.#authenticated(context, result);
  }

  #authenticated(
    context: RequestContext,
    result: Awaited<ReturnType<Authenticator["authenticate"]>>,
  ): MaybePromise<ApiResponse> {
    if (result.outcome !== "authenticated") {
      const why = result.outcome === "failed" ? result.error : "no credentials";
      this.#dependencies.logger.debug({ path: context.info.path, why }, "unauthenticated request");
      throw unauthorized();
    }
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
    const release = limits.enter(context.info, context.user);
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
    const verdict = this.#dependencies.authorizer.authorize(attributes);
    if (verdict instanceof Promise) {
      return verdict.then((settled) => {
        if (settled.decision !== "allow") throw forbiddenRequest(attributes, settled.reason);
        return this.#handle(context);
      });
    }
    if (verdict.decision !== "allow") throw forbiddenRequest(attributes, verdict.reason);
    return this.#handle(context);
  }

  #handle(context: RequestContext): MaybePromise<ApiResponse> {
    this.#handling = true;
    return context.info.isResourceRequest
      ? this.#dependencies.resources(context)
      : this.#dependencies.paths(context);
  }

  #fail(error: unknown): ApiResponse {
    const response = errorResponse(error, this.#request, this.#dependencies.logger);
    // Upstream's filters forbid to guess at the type of a refusal; what its handlers answer has no need.
    const refused = response.status === 403 || response.status === 400;
    if (refused && !this.#handling) response.headers["x-content-type-options"] = "nosniff";
    return this.#finish(response);
  }

  /** Adds what every answer bears. Handlers make their headers anew, so they may be added to. */
  #finish(response: ApiResponse): ApiResponse {
    const headers: ResponseHeaders = response.headers;
    headers["audit-id"] =
      this.#request.headers["audit-id"]?.toString() ?? this.#dependencies.random.uuid();
    headers["cache-control"] ??= "no-cache, private";
    const context = this.#context;
    if (context !== undefined) {
      if (context.warnings.length > 0) headers.warning = formatWarnings(context.warnings);
      this.#dependencies.metrics.observe(context.info, response.status);
    }
    return response;
  }
}

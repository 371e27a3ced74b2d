import type { ApiRequest, TrustedUser } from "../http/exchange.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { type AnonymousOptions, anonymousResult, mayBeAnonymous } from "./anonymous.ts";
import { forApiAudiences, intersectAudiences } from "./audiences.ts";
import { rememberAuthenticatedGroup } from "./authenticated-group.ts";
import { failed } from "./authentication-failure.ts";
import type {
  AuthenticationRecorder,
  AuthenticationResult,
  Authenticator,
  TokenAuthenticator,
  UserInfo,
} from "./authenticator.ts";
import {
  bearerTokenAuthenticator,
  presentedTokenAuthenticator,
  readBearerToken,
} from "./bearer-token.ts";
import { clientCertificateAuthenticator } from "./client-certificate.ts";
import { type RequestHeaderOptions, requestHeaderAuthenticator } from "./request-header.ts";
import { staticTokenAuthenticator } from "./token-file.ts";
import { unionAuthenticator, unionTokenAuthenticator } from "./union.ts";
import { websocketTokenAuthenticator } from "./websocket-token.ts";

/** Everything that can tell who makes a request. Members that are absent are switched off. */
export interface AuthenticatorConfig {
  /** `--api-audiences`: the identifiers that this server answers to. */
  readonly apiAudiences: readonly string[];
  readonly requestHeader?: RequestHeaderOptions;
  /** Whether a client CA is configured. */
  readonly clientCertificates: boolean;
  /** Tokens of the process itself, asked before all others. */
  readonly loopbackTokens?: ReadonlyMap<string, UserInfo>;
  /** Content of `--token-auth-file`. */
  readonly staticTokens?: ReadonlyMap<string, UserInfo>;
  readonly serviceAccounts?: TokenAuthenticator;
  /** Bootstrap tokens, JWT authenticators, webhook, in this order. They know no audiences. */
  readonly furtherTokens?: readonly TokenAuthenticator[];
  readonly anonymous: AnonymousOptions;
}

/** Judges tokens for others, as TokenReview does. */
export interface TokenReviewer {
  /**
   * What would become of a request whose only credential is `Authorization: Bearer <token>`.
   * @param audiences - those wanted; not empty
   */
  reviewToken(token: string, audiences: readonly string[]): MaybePromise<AuthenticationResult>;
}

export interface RequestAuthenticator extends Authenticator, TokenReviewer {}

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/** A review leaves no trace in the answer of the one who asked for it. */
const SILENT: AuthenticationRecorder = { warn: () => {}, annotate: () => {} };

/**
 * The whole chain, in upstream's order: front proxy, client certificate, bearer token, WebSocket
 * token; then the group of the authenticated; then the anonymous user, but only where no credential
 * was wrong, so that a bad token never becomes a lesser identity.
 *
 * After success the caller forgets the headers that were looked at: `Authorization`, `X-Remote-…`.
 * @see kubernetes pkg/kubeapiserver/authenticator/config.go
 */
export function createAuthenticator(config: AuthenticatorConfig): RequestAuthenticator {
  return new AuthenticatorChain(config);
}

class AuthenticatorChain implements RequestAuthenticator {
  readonly #config: AuthenticatorConfig;
  readonly #requests: Authenticator;
  readonly #loopback: TokenAuthenticator;
  readonly #tokens: TokenAuthenticator;
  readonly #reviews: TokenAuthenticator;
  readonly #withGroup = rememberAuthenticatedGroup();
  readonly #trusted = new WeakMap<TrustedUser, UserInfo>();
  readonly #anonymous: AuthenticationResult;

  constructor(config: AuthenticatorConfig) {
    const { apiAudiences, requestHeader } = config;
    this.#config = config;
    this.#anonymous = anonymousResult(apiAudiences);
    this.#loopback = forApiAudiences(
      apiAudiences,
      staticTokenAuthenticator(config.loopbackTokens ?? new Map()),
    );
    this.#tokens = unionTokenAuthenticator(tokenAuthenticators(config));
    this.#reviews = unionTokenAuthenticator([
      presentedTokenAuthenticator(this.#loopback),
      presentedTokenAuthenticator(this.#tokens),
    ]);
    this.#requests = unionAuthenticator([
      bearerTokenAuthenticator(this.#loopback, apiAudiences),
      ...(requestHeader === undefined
        ? []
        : [requestHeaderAuthenticator(requestHeader, apiAudiences)]),
      ...(config.clientCertificates ? [clientCertificateAuthenticator()] : []),
      bearerTokenAuthenticator(this.#tokens, apiAudiences),
      websocketTokenAuthenticator(this.#tokens, apiAudiences),
    ]);
  }

  authenticate(
    request: ApiRequest,
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult> {
    if (request.trustedUser !== undefined) return this.#trust(request.trustedUser);
    const result = this.#requests.authenticate(request, recorder);
    return result instanceof Promise
      ? result.then((settled) => this.#conclude(settled, request))
      : this.#conclude(result, request);
  }

  reviewToken(token: string, audiences: readonly string[]): MaybePromise<AuthenticationResult> {
    const read = readBearerToken(`Bearer ${token}`);
    if (read === undefined) {
      // No path is asked for, so conditions on paths are not met.
      return mayBeAnonymous(this.#config.anonymous, "") ? anonymousResult(audiences) : NO_OPINION;
    }
    const result = this.#reviews.authenticateToken(read, audiences, SILENT);
    return result instanceof Promise
      ? result.then((settled) => this.#group(settled))
      : this.#group(result);
  }

  #trust(trusted: TrustedUser): AuthenticationResult {
    let user = this.#trusted.get(trusted);
    if (user === undefined) {
      const { username, uid = "", groups, extra = {} } = trusted;
      user = this.#withGroup({ username, uid, groups, extra });
      this.#trusted.set(trusted, user);
    }
    return { outcome: "authenticated", user, audiences: this.#config.apiAudiences };
  }

  #conclude(result: AuthenticationResult, request: ApiRequest): AuthenticationResult {
    if (result.outcome === "no-opinion") {
      return mayBeAnonymous(this.#config.anonymous, request.path) ? this.#anonymous : NO_OPINION;
    }
    if (result.outcome === "failed") return result;
    const { apiAudiences } = this.#config;
    const { audiences } = result;
    if (
      audiences.length > 0 &&
      apiAudiences.length > 0 &&
      intersectAudiences(audiences, apiAudiences).length === 0
    ) {
      return failed(
        `unable to match the audience: ${audiences.join(" ")}, accepted: ${apiAudiences.join(" ")}`,
      );
    }
    return this.#group(result);
  }

  #group(result: AuthenticationResult): AuthenticationResult {
    if (result.outcome !== "authenticated") return result;
    const { user, audiences } = result;
    return { outcome: "authenticated", user: this.#withGroup(user), audiences };
  }
}

/** In upstream's order; service accounts before those that would ask a provider far away. */
function tokenAuthenticators(config: AuthenticatorConfig): readonly TokenAuthenticator[] {
  const { apiAudiences, staticTokens, serviceAccounts, furtherTokens = [] } = config;
  return [
    ...(staticTokens === undefined
      ? []
      : [forApiAudiences(apiAudiences, staticTokenAuthenticator(staticTokens))]),
    ...(serviceAccounts === undefined ? [] : [serviceAccounts]),
    ...furtherTokens.map((further) => forApiAudiences(apiAudiences, further)),
  ];
}

import { failed } from "./authentication-failure.ts";
import type {
  AuthenticationRecorder,
  AuthenticationResult,
  Authenticator,
  TokenAuthenticator,
} from "./authenticator.ts";

const EXTRA_SPACE_WARNING =
  "the provided Authorization header contains extra space before the bearer token, and is ignored";

/** What a presented token is when nobody knows it. */
const INVALID_BEARER_TOKEN: AuthenticationResult = failed("invalid bearer token");

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

const SPACE = 0x20;
/** Length of `bearer `. */
const TOKEN_START = 7;

/**
 * The token of an Authorization header, or undefined where there is none to be read:
 * `Bearer <token>` with the scheme in any case, one space, and anything after a second space ignored.
 * White space around the whole is ignored, two spaces before the token are not.
 * @see apiserver pkg/authentication/request/bearertoken
 */
export function readBearerToken(
  header: string,
  recorder?: AuthenticationRecorder,
): string | undefined {
  const text = hasOuterSpace(header) ? header.trim() : header;
  if (text.charCodeAt(TOKEN_START - 1) !== SPACE || !hasBearerScheme(text)) return undefined;
  const end = text.indexOf(" ", TOKEN_START);
  if (end === TOKEN_START) {
    recorder?.warn(EXTRA_SPACE_WARNING);
    return undefined;
  }
  return end < 0 ? text.slice(TOKEN_START) : text.slice(TOKEN_START, end);
}

/** No character above the space may be trimmed in ASCII; others come only in TokenReviews. */
function hasOuterSpace(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first <= SPACE || last <= SPACE || first > 0x7e || last > 0x7e;
}

function hasBearerScheme(text: string): boolean {
  return text.startsWith("Bearer") || text.slice(0, TOKEN_START - 1).toLowerCase() === "bearer";
}

/** Presents the bearer token of a request; one that is not recognised is a failure. */
export function bearerTokenAuthenticator(
  tokens: TokenAuthenticator,
  audiences: readonly string[],
): Authenticator {
  const presented = presentedTokenAuthenticator(tokens);
  return {
    authenticate(request, recorder) {
      const header = request.headers.authorization;
      if (header === undefined || header === "") return NO_OPINION;
      const token = readBearerToken(header, recorder);
      return token === undefined
        ? NO_OPINION
        : presented.authenticateToken(token, audiences, recorder);
    },
  };
}

/** A token that was presented and that nobody knows is a failure, `invalid bearer token`. */
export function presentedTokenAuthenticator(tokens: TokenAuthenticator): TokenAuthenticator {
  return {
    authenticateToken(token, audiences, recorder) {
      const result = tokens.authenticateToken(token, audiences, recorder);
      return result instanceof Promise ? result.then(orInvalid) : orInvalid(result);
    },
  };
}

function orInvalid(result: AuthenticationResult): AuthenticationResult {
  return result.outcome === "no-opinion" ? INVALID_BEARER_TOKEN : result;
}

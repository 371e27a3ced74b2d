import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type {
  AuthenticationRecorder,
  AuthenticationResult,
  TokenAuthenticator,
} from "./authenticator.ts";

/** The audiences wanted that are among those held, in the order of those wanted. */
export function intersectAudiences(
  held: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  return held === wanted ? wanted : wanted.filter((audience) => held.includes(audience));
}

/**
 * Makes a credential that knows no audiences good for those of the server itself: where others are
 * wanted there is nothing to say.
 * @see apiserver pkg/authentication/authenticator/audagnostic.go
 */
export function forApiAudiences(
  apiAudiences: readonly string[],
  delegate: TokenAuthenticator,
): TokenAuthenticator {
  const withAudiences = (
    result: AuthenticationResult,
    audiences: readonly string[],
  ): AuthenticationResult =>
    result.outcome === "authenticated"
      ? { outcome: "authenticated", user: result.user, audiences }
      : result;
  return {
    authenticateToken(
      token: string,
      wanted: readonly string[],
      recorder: AuthenticationRecorder,
    ): MaybePromise<AuthenticationResult> {
      const audiences = intersectAudiences(apiAudiences, wanted);
      if (audiences.length === 0 && wanted.length > 0) return { outcome: "no-opinion" };
      const result = delegate.authenticateToken(token, wanted, recorder);
      return result instanceof Promise
        ? result.then((settled) => withAudiences(settled, audiences))
        : withAudiences(result, audiences);
    },
  };
}

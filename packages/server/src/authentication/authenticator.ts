import type { ApiRequest } from "../http/exchange.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";

/** Who makes a request. @see apiserver pkg/authentication/user */
export interface UserInfo {
  readonly username: string;
  /** Empty when unknown. */
  readonly uid: string;
  /** In order; `system:authenticated` is appended by the chain. */
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What evaluation of a credential leaves behind besides its verdict. */
export interface AuthenticationRecorder {
  /** Becomes a `Warning: 299` header of the answer. */
  warn(text: string): void;
  /** Audit annotation. */
  annotate(key: string, value: string): void;
}

export type AuthenticationResult =
  | {
      readonly outcome: "authenticated";
      readonly user: UserInfo;
      /** Audiences the credential is good for, of those wanted; empty when it knows none. */
      readonly audiences: readonly string[];
    }
  /** Nothing that this authenticator understands was presented. */
  | { readonly outcome: "no-opinion" }
  /** A credential was presented and is not good; the text goes to the log and into TokenReviews only. */
  | {
      readonly outcome: "failed";
      readonly error: string;
      /** The single texts that `error` was joined from, so that unions can merge equal ones. */
      readonly errors?: readonly string[];
    };

/** Looks at a request. One method, so that a test's fake is a closure. */
export interface Authenticator {
  authenticate(
    request: ApiRequest,
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult>;
}

/** Looks at a bearer token for the audiences wanted. */
export interface TokenAuthenticator {
  authenticateToken(
    token: string,
    audiences: readonly string[],
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult>;
}

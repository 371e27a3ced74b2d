import type { AuthenticationResult, UserInfo } from "./authenticator.ts";
import { ANONYMOUS_USER, UNAUTHENTICATED_GROUP } from "./well-known-users.ts";

/** Who comes without any credential. */
export const ANONYMOUS: UserInfo = {
  username: ANONYMOUS_USER,
  uid: "",
  groups: [UNAUTHENTICATED_GROUP],
  extra: {},
};

/** `--anonymous-auth`, or the `anonymous` section of an authentication configuration. */
export interface AnonymousOptions {
  readonly enabled: boolean;
  /** Paths that may be asked anonymously, to the letter; every path when empty or absent. */
  readonly paths?: ReadonlySet<string>;
}

/** Whether nobody in particular may ask for that path. */
export function mayBeAnonymous(options: AnonymousOptions, path: string): boolean {
  const { enabled, paths } = options;
  return enabled && (paths === undefined || paths.size === 0 || paths.has(path));
}

/** The anonymous user, whose credential fits every audience. */
export function anonymousResult(audiences: readonly string[]): AuthenticationResult {
  return { outcome: "authenticated", user: ANONYMOUS, audiences };
}

import type { UserInfo } from "./authenticator.ts";
import { ANONYMOUS_USER, AUTHENTICATED_GROUP, UNAUTHENTICATED_GROUP } from "./well-known-users.ts";

/**
 * Adds `system:authenticated` to whoever has been recognised, as the last group.
 * @see apiserver pkg/authentication/group
 */
export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (
    user.username === ANONYMOUS_USER ||
    user.groups.includes(AUTHENTICATED_GROUP) ||
    user.groups.includes(UNAUTHENTICATED_GROUP)
  ) {
    return user;
  }
  return { ...user, groups: [...user.groups, AUTHENTICATED_GROUP] };
}

/**
 * The same, remembered per user object. Authenticators give out one object per credential, so the
 * groups of a known credential are joined once.
 */
export function rememberAuthenticatedGroup(): (user: UserInfo) => UserInfo {
  const known = new WeakMap<UserInfo, UserInfo>();
  return (user) => {
    const before = known.get(user);
    if (before !== undefined) return before;
    const grouped = withAuthenticatedGroup(user);
    known.set(user, grouped);
    return grouped;
  };
}

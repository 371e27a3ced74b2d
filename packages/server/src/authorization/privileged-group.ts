import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationVerdict, Authorizer } from "./authorizer.ts";

/** Members may do everything, whatever the policy says: what the owner of the client CA holds on to. */
export const PRIVILEGED_GROUP = "system:masters";

const ALLOW: AuthorizationVerdict = Object.freeze({ decision: "allow", reason: "" });
const NO_OPINION: AuthorizationVerdict = Object.freeze({ decision: "no-opinion", reason: "" });

export function isPrivileged(user: UserInfo): boolean {
  return user.groups.includes(PRIVILEGED_GROUP);
}

/**
 * Allows members of `system:masters`, without a reason; stands before all other authorizers.
 * @see apiserver pkg/authorization/authorizerfactory/builtin.go
 */
export const privilegedGroupAuthorizer: Authorizer = {
  authorize: ({ user }) => (isPrivileged(user) ? ALLOW : NO_OPINION),
};

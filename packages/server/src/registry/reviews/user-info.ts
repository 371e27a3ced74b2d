import type { UserInfo } from "../../authentication/authenticator.ts";

/** A user as reviews write one: empty members left out, extra keys in order. */
export function formatUserInfo(user: UserInfo): Readonly<Record<string, unknown>> {
  const { username, uid, groups, extra } = user;
  const keys = Object.keys(extra);
  return {
    ...(username === "" ? {} : { username }),
    ...(uid === "" ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(keys.length === 0
      ? {}
      : { extra: Object.fromEntries(keys.sort().map((key) => [key, extra[key] ?? []])) }),
  };
}

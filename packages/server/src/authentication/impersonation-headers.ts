import { quoteGo } from "../api/go-quote.ts";
import { badRequest } from "../api/status-error.ts";
import { headerText } from "./header-text.ts";

/** The user that impersonation headers describe, before anything is filled in. */
export interface WantedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const EXTRA_PREFIX = "impersonate-extra-";

/** Percent-decoded; as it is when that cannot be done. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function printList(values: readonly string[]): string {
  return values.length === 0 ? "[]string(nil)" : `[]string{${values.map(quoteGo).join(", ")}}`;
}

/** The user as Go's `%#v` prints it, which is what clients are shown. */
function printUser({ username, uid, groups, extra }: WantedUser): string {
  const keys = Object.keys(extra).sort();
  const pairs = keys.map((key) => `${quoteGo(key)}:${printList(extra[key] ?? [])}`);
  const map =
    keys.length === 0 ? "map[string][]string(nil)" : `map[string][]string{${pairs.join(", ")}}`;
  const name = `Name:${quoteGo(username)}, UID:${quoteGo(uid)}`;
  return `&user.DefaultInfo{${name}, Groups:${printList(groups)}, Extra:${map}}`;
}

/** `i` or `I`, and long enough: nearly all headers stop here. */
function mayImpersonate(name: string): boolean {
  return (name.charCodeAt(0) | 32) === 105 && name.length >= "impersonate-uid".length;
}

/**
 * Whom a request wants to be, from `Impersonate-User`, `-Uid`, `-Group` (repeated) and
 * `-Extra-<key>` (repeated; the key is lower-cased, then percent-decoded). Of several users or uids
 * the first counts. Undefined when there is no such header, or only an empty user.
 * @param rawHeaders - names and values in turn, as they came
 * @throws StatusError 400 for anything else without a user
 * @see apiserver pkg/endpoints/filters/impersonation/constrained_impersonation.go processImpersonationHeaders
 */
export function parseImpersonationHeaders(rawHeaders: readonly string[]): WantedUser | undefined {
  let username: string | undefined;
  let uid: string | undefined;
  let groups: string[] | undefined;
  let extra: Map<string, string[]> | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? "";
    if (!mayImpersonate(raw)) continue;
    const name = raw.toLowerCase();
    const value = headerText(rawHeaders[index + 1] ?? "");
    if (name === "impersonate-user") username ??= value;
    else if (name === "impersonate-uid") uid ??= value;
    else if (name === "impersonate-group") {
      groups ??= [];
      groups.push(value);
    } else if (name.startsWith(EXTRA_PREFIX)) {
      const key = decodeKey(name.slice(EXTRA_PREFIX.length));
      extra ??= new Map();
      const values = extra.get(key);
      if (values === undefined) extra.set(key, [value]);
      else values.push(value);
    }
  }
  const named = username !== undefined && username !== "";
  const more = (uid ?? "") !== "" || groups !== undefined || extra !== undefined;
  if (!named && !more) return undefined;
  const wanted: WantedUser = {
    username: username ?? "",
    uid: uid ?? "",
    groups: groups ?? [],
    extra: extra === undefined ? {} : Object.fromEntries(extra),
  };
  if (named) return wanted;
  throw badRequest(`requested ${printUser(wanted)} without impersonating a user name`);
}

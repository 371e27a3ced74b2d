import type { AuthenticationResult, TokenAuthenticator, UserInfo } from "./authenticator.ts";

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/** Knows users by tokens that never change. Such tokens know no audiences. */
export function staticTokenAuthenticator(users: ReadonlyMap<string, UserInfo>): TokenAuthenticator {
  const results = new Map<string, AuthenticationResult>();
  for (const [token, user] of users) {
    results.set(token, { outcome: "authenticated", user, audiences: [] });
  }
  return { authenticateToken: (token) => results.get(token) ?? NO_OPINION };
}

/**
 * Reads `--token-auth-file`: CSV with `token,user,uid[,"group1,group2"]`.
 * A record with an empty token is passed over; of two records of a token the last counts.
 * @param warn - told of both, by record number
 * @throws Error with the line of a malformed record; no token stands in any text
 * @see apiserver pkg/authentication/token/tokenfile
 */
export function parseTokenFile(
  path: string,
  text: string,
  warn: (text: string) => void,
): ReadonlyMap<string, UserInfo> {
  const users = new Map<string, UserInfo>();
  let number = 0;
  for (const fields of parseCsv(path, text)) {
    const [token = "", username = "", uid = "", groups] = fields;
    if (fields.length < 3) {
      throw new Error(
        `token file '${path}' must have at least 3 columns (token, user name, user uid), found ${fields.length}`,
      );
    }
    number++;
    if (token === "") {
      warn(`empty token has been found in token file '${path}', record number '${number}'`);
      continue;
    }
    if (users.has(token)) {
      warn(`duplicate token has been found in token file '${path}', record number '${number}'`);
    }
    users.set(token, {
      username,
      uid,
      groups: groups === undefined ? [] : groups.split(","),
      extra: {},
    });
  }
  return users;
}

/** One field and what ends it: quoted with doubled quotes inside, or bare without any. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Records of RFC 4180; empty lines are none. @see Go encoding/csv */
function* parseCsv(path: string, text: string): Generator<readonly string[]> {
  let record: string[] = [];
  let position = 0;
  while (position < text.length) {
    FIELD.lastIndex = position;
    const match = FIELD.exec(text);
    if (match === null) {
      const line = text.slice(0, position).split("\n").length;
      throw new Error(`token file '${path}' has a malformed record on line ${line}`);
    }
    position = FIELD.lastIndex;
    const [, quoted, bare = "", end] = match;
    record.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") {
      if (position === text.length) record.push("");
      else continue;
    }
    if (record.length > 1 || quoted !== undefined || bare !== "") yield record;
    record = [];
  }
}

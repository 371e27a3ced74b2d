import type { ApiRequest } from "../http/exchange.ts";
import { failed } from "./authentication-failure.ts";
import type { AuthenticationResult, Authenticator } from "./authenticator.ts";
import { headerText } from "./header-text.ts";

/** `--requestheader-…`: which headers a front proxy names its users in. */
export interface RequestHeaderOptions {
  /** Common names that may speak for others; every holder of a certificate of the CA when empty. */
  readonly allowedNames: readonly string[];
  /** The first header with a value wins. */
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  /** All values of all headers count. */
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
}

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/**
 * Believes a front proxy who its users are, when it proves itself with a certificate of the request
 * header CA. Without one the headers mean nothing.
 * @throws Error for a header name that is empty
 * @see apiserver pkg/authentication/request/headerrequest
 */
export function requestHeaderAuthenticator(
  options: RequestHeaderOptions,
  apiAudiences: readonly string[],
): Authenticator {
  const names = options.usernameHeaders.map(headerName);
  const uids = options.uidHeaders.map(headerName);
  const groupNames = options.groupHeaders.map(headerName);
  const prefixes = options.extraHeaderPrefixes.map(headerName);
  return {
    authenticate(request) {
      const certificate = request.clientCertificate;
      if (certificate === undefined) return NO_OPINION;
      if (certificate.frontProxy !== true) return UNKNOWN_AUTHORITY;
      const { commonName } = certificate;
      if (options.allowedNames.length > 0 && !options.allowedNames.includes(commonName)) {
        return failed(`x509: subject with cn=${commonName} is not in the allowed list`);
      }
      const username = firstValue(request, names);
      if (username === "") return NO_OPINION;
      return {
        outcome: "authenticated",
        user: {
          username,
          uid: firstValue(request, uids),
          groups: groupNames
            .flatMap((name) => values(request, name))
            .filter((group) => group !== ""),
          extra: readExtra(request, prefixes),
        },
        audiences: apiAudiences,
      };
    },
  };
}

const UNKNOWN_AUTHORITY: AuthenticationResult = failed(
  "x509: certificate signed by unknown authority",
);

function headerName(name: string): string {
  const trimmed = name.trim().toLowerCase();
  if (trimmed === "") throw new Error(`empty header ${JSON.stringify(name)}`);
  return trimmed;
}

/** First non-empty of the headers' first values. */
function firstValue(request: ApiRequest, names: readonly string[]): string {
  for (const name of names) {
    const [first = ""] = values(request, name);
    if (first !== "") return first;
  }
  return "";
}

/** Every value of a header, in order of arrival. */
function values({ rawHeaders }: ApiRequest, name: string): readonly string[] {
  const found: string[] = [];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    if (rawHeaders[position]?.toLowerCase() !== name) continue;
    found.push(headerText(rawHeaders[position + 1] ?? ""));
  }
  return found;
}

/** Header names cannot hold every character of an extra key, so keys come percent-encoded. */
function readExtra(
  { rawHeaders }: ApiRequest,
  prefixes: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const extra = new Map<string, string[]>();
  for (const prefix of prefixes) {
    for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
      const name = rawHeaders[position]?.toLowerCase() ?? "";
      if (!name.startsWith(prefix)) continue;
      const key = unescapeKey(name.slice(prefix.length));
      const list = extra.get(key) ?? [];
      list.push(headerText(rawHeaders[position + 1] ?? ""));
      extra.set(key, list);
    }
  }
  return Object.fromEntries(extra);
}

/** A malformed escape is kept as it is. */
function unescapeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

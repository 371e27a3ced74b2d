import { readJson } from "../../api/json-parser.ts";
import { plainValue } from "../../api/json-parser-plain.ts";
import type { RegistryEntry } from "./docker-keyring.ts";
import { duration, map, object, type Reader, text } from "./strict-reader.ts";

/** For which other images an answer counts. */
export type CacheKeyType = "Image" | "Registry" | "Global";

/** What a provider has answered. @see CredentialProviderResponse */
export interface ProviderResponse {
  /** As it was given: what is none of the three is found out when it is used. */
  readonly cacheKeyType: string;
  /** Nanoseconds; absent: as the configuration says. */
  readonly cacheNanos?: bigint;
  readonly entries: readonly RegistryEntry[];
}

/** An answer that cannot be used. It never holds anything of the answer. */
export class ResponseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ResponseError";
  }
}

interface Auth {
  readonly username: string;
  readonly password: string;
}

interface Fields {
  readonly apiVersion: string;
  readonly kind: string;
  readonly cacheKeyType: string;
  readonly cacheDuration: bigint;
  readonly auth: ReadonlyMap<string, Partial<Auth>>;
}

const RESPONSE: Reader<Partial<Fields>> = object<Fields>("v1.CredentialProviderResponse", {
  apiVersion: text,
  kind: text,
  cacheKeyType: text,
  cacheDuration: duration,
  auth: map("v1.AuthConfig", object<Auth>("v1.AuthConfig", { username: text, password: text })),
});

/**
 * Reads what a provider has written.
 * @param apiVersion - of the request, which the answer's must be
 * @throws ResponseError
 * @see kubernetes pkg/credentialprovider/plugin/plugin.go (ExecPlugin)
 */
export function readResponse(output: string, apiVersion: string): ProviderResponse {
  const value = parse(output);
  const { apiVersion: found } = value as { readonly apiVersion?: unknown };
  if (found !== apiVersion) {
    const actual = typeof found === "string" ? found : "";
    throw new ResponseError(
      `apiVersion from credential plugin response did not match expected apiVersion:${apiVersion}, actual apiVersion:${actual}`,
    );
  }
  const read = readStrictly(value);
  if (read?.kind !== "CredentialProviderResponse") {
    throw new ResponseError("error decoding credential provider plugin response from stdout");
  }
  const { cacheKeyType = "", cacheDuration, auth = new Map() } = read;
  return {
    cacheKeyType,
    ...(cacheDuration === undefined ? {} : { cacheNanos: cacheDuration }),
    entries: [...auth].map(([registry, { username = "", password = "" }]) => ({
      registry,
      username,
      password,
    })),
  };
}

/** What is wrong with a text is told with at most one letter of it. */
function parse(output: string): object {
  try {
    const value = plainValue(readJson(output));
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ResponseError(
      `error reading GVK from response: couldn't get version/kind; json parse error: ${problem}`,
    );
  }
  throw new ResponseError("error reading GVK from response: it is no JSON object");
}

function readStrictly(value: object): Partial<Fields> | undefined {
  const unknown: string[] = [];
  try {
    const read = RESPONSE(value, { path: "", unknown });
    return unknown.length > 0 ? undefined : read;
  } catch {
    // Whatever it is: the reason might hold a part of a credential.
    return undefined;
  }
}

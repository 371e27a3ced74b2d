import { quoteGo } from "../../api/go-quote.ts";
import type { BoundClaims, LegacyClaims } from "../claims.ts";
import type { TokenSigner } from "../issuer.ts";
import type { VerificationKeySource } from "../key-ring.ts";
import { prefixed, withPrefix } from "./external-keys.ts";
import type { SignerClient } from "./signer-client.ts";

export interface ExternalTokenSignerOptions {
  readonly client: Pick<SignerClient, "sign">;
  readonly keys: VerificationKeySource;
  /** Told of each attempt to make a token. */
  readonly onSign?: (error: unknown) => void;
}

/** A request is given up after so long. @see apiserver pkg/server/config.go (RequestTimeout) */
const SIGN_TIMEOUT_MS = 60_000;
const MAX_KEY_ID_BYTES = 1024;
const ALGORITHMS: ReadonlySet<unknown> = new Set(["RS256", "ES256", "ES384", "ES512"]);
const HEADER_MEMBERS: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);

/**
 * Has claims signed by another program, and looks at the header that it chose. Its signature is not
 * verified: whoever is shown the token does that.
 * @see kubernetes pkg/serviceaccount/externaljwt/plugin/plugin.go · KEP-740
 */
export function externalTokenSigner(options: ExternalTokenSignerOptions): TokenSigner {
  return {
    async sign(claims) {
      try {
        const token = await signedBy(options, claims);
        options.onSign?.(undefined);
        return token;
      } catch (error) {
        options.onSign?.(error);
        throw error;
      }
    },
  };
}

async function signedBy(
  { client, keys }: ExternalTokenSignerOptions,
  claims: BoundClaims | LegacyClaims,
): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const response = await withPrefix("while signing jwt", client.sign(payload, SIGN_TIMEOUT_MS));
  await withPrefix("while validating header", checkHeader(response.header, keys));
  if (response.signature === "") throw new Error("empty signature returned");
  return `${response.header}.${payload}.${response.signature}`;
}

async function checkHeader(header: string, keys: VerificationKeySource): Promise<void> {
  const { alg = "", kid = "", typ = "" } = parseHeader(header);
  if (typ !== "JWT") throw new Error("bad type");
  if (kid === "") throw new Error("key id missing");
  if (Buffer.byteLength(kid) > MAX_KEY_ID_BYTES) throw new Error("key id longer than 1 kb");
  if (!ALGORITHMS.has(alg)) throw new Error(`bad signing algorithm ${quoteGo(alg)}`);
  for (const key of await keys.keysFor(kid)) {
    if (key.excludeFromDiscovery) {
      throw new Error(
        `key used for signing JWT (kid: ${kid}) is excluded from OIDC discovery docs`,
      );
    }
  }
}

interface Header {
  readonly alg?: string;
  readonly kid?: string;
  readonly typ?: string;
}

function parseHeader(header: string): Header {
  const fault = header.search(/[^\w-]/);
  const cut = header.length % 4 === 1 ? header.length - 1 : -1;
  const at = fault >= 0 ? fault : cut;
  if (at >= 0) throw new Error(`while unwrapping header: illegal base64 data at input byte ${at}`);
  try {
    const members: unknown = JSON.parse(Buffer.from(header, "base64url").toString());
    if (typeof members !== "object" || members === null || Array.isArray(members)) {
      throw new Error("json: cannot unmarshal a value that is no object");
    }
    for (const [name, value] of Object.entries(members)) {
      if (!HEADER_MEMBERS.has(name)) throw new Error(`json: unknown field ${quoteGo(name)}`);
      if (typeof value !== "string") {
        throw new Error(`json: cannot unmarshal the value of field .${name} of type string`);
      }
    }
    return members as Header;
  } catch (error) {
    throw prefixed("while parsing header JSON", error);
  }
}

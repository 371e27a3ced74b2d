import { discoveryJson } from "./discovery-json.ts";
import { formatJwks } from "./jwks.ts";
import type { VerificationKeySource } from "./key-ring.ts";
import type { VerificationKey } from "./signing-key.ts";

export const OPENID_CONFIGURATION_PATH = "/.well-known/openid-configuration";
export const JWKS_PATH = "/openid/v1/jwks";
export const OPENID_CONFIGURATION_MEDIA_TYPE = "application/json";
export const JWKS_MEDIA_TYPE = "application/jwk-set+json";

/**
 * What relying parties fetch to find the keys, byte for byte as kube-apiserver serves it.
 * @see OpenID Connect Discovery 1.0 §3 · kubernetes pkg/serviceaccount/openidmetadata.go
 */
export function formatOpenIdConfiguration(
  issuer: string,
  jwksUri: string,
  keys: readonly VerificationKey[],
): string {
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].sort();
  return discoveryJson({
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: algorithms,
  });
}

/** Both documents, ready to be sent. */
export interface DiscoveryDocuments {
  readonly configuration: Uint8Array;
  readonly jwks: Uint8Array;
  /** `public, max-age=<seconds>`. */
  readonly cacheControl: string;
}

/** A getter of the current documents, and the end of their following the keys. */
export interface DiscoveryDocumentSource {
  current(): DiscoveryDocuments;
  dispose(): void;
}

export interface DiscoveryOptions {
  /** The first configured issuer. */
  readonly issuer: string;
  /** `--service-account-jwks-uri`, or empty. */
  readonly jwksUri: string;
  /** `host` or `host:port` under which the server is reached from outside. */
  readonly externalAddress: string;
  readonly keys: VerificationKeySource;
  /** Told why documents could not be rebuilt; the old ones stay. */
  readonly onRebuildError?: (error: unknown) => void;
}

/**
 * Builds the documents now and again after each change of the keys.
 * @throws Error for an issuer that discovery cannot work with; the server then logs the reason and
 *   serves without the two endpoints, as kube-apiserver does
 */
export function createDiscoveryDocuments(options: DiscoveryOptions): DiscoveryDocumentSource {
  checkIssuer(options.issuer);
  const jwksUri = resolveJwksUri(options);
  let documents = build(options, jwksUri);
  const dispose = options.keys.onChange(() => {
    try {
      documents = build(options, jwksUri);
    } catch (error) {
      options.onRebuildError?.(error);
    }
  });
  return {
    current: () => ({
      ...documents,
      cacheControl: `public, max-age=${options.keys.maxAgeSeconds}`,
    }),
    dispose,
  };
}

function build(
  { issuer, keys }: DiscoveryOptions,
  jwksUri: string,
): Omit<DiscoveryDocuments, "cacheControl"> {
  const published = keys.all().filter((key) => key.excludeFromDiscovery !== true);
  if (published.length === 0) throw new Error("no keys provided for validating keyset");
  return {
    configuration: Buffer.from(formatOpenIdConfiguration(issuer, jwksUri, published)),
    jwks: Buffer.from(formatJwks(published)),
  };
}

/** Relying parties put the well-known path behind the issuer, which a query or fragment would break. */
function checkIssuer(issuer: string): void {
  if (issuer === "") throw new Error("empty issuer URL");
  const url = URL.parse(issuer);
  if (url?.protocol !== "https:") {
    throw new Error(`issuer URL must use https scheme, got: ${issuer}`);
  }
  if (url.search !== "") throw new Error(`issuer URL may not include a query, got: ${issuer}`);
  if (url.hash !== "") throw new Error(`issuer URL may not include a fragment, got: ${issuer}`);
}

function resolveJwksUri({ jwksUri, externalAddress }: DiscoveryOptions): string {
  if (jwksUri !== "") {
    if (URL.parse(jwksUri)?.protocol === "https:") return jwksUri;
    throw new Error(`jwksURI requires https scheme, parsed as: ${jwksUri}`);
  }
  if (externalAddress === "") {
    throw new Error("either the JWKS URI or the default external address, or both, must be set");
  }
  const built = `https://${externalAddress}${JWKS_PATH}`;
  const url = URL.parse(built);
  // An address with a scheme or a path in it would make a URL, but not of this host.
  if (url === null || url.pathname !== JWKS_PATH || externalAddress.includes("@")) {
    throw new Error(
      `attempted to build jwks_uri from external address ${externalAddress}, but could not construct a valid URL`,
    );
  }
  return built;
}

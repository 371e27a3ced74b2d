import { discoveryJson } from "./discovery-json.ts";
import { curveOf, type VerificationKey } from "./signing-key.ts";

/**
 * The public keys as a JSON Web Key Set, byte for byte as kube-apiserver serves it.
 * @see RFC 7517 · kubernetes pkg/serviceaccount/openidmetadata.go
 */
export function formatJwks(keys: readonly VerificationKey[]): string {
  return discoveryJson({ keys: keys.map(publicJwk) });
}

/** Members in the order of go-jose: RSA `use kty kid alg n e`, EC `use kty kid crv alg x y`. */
export function publicJwk(key: VerificationKey): Readonly<Record<string, string>> {
  const { kid, algorithm } = key;
  const { n = "", e = "", x = "", y = "" } = key.publicKey.export({ format: "jwk" });
  return algorithm === "RS256"
    ? { use: "sig", kty: "RSA", kid, alg: algorithm, n, e }
    : { use: "sig", kty: "EC", kid, crv: curveOf(algorithm), alg: algorithm, x, y };
}

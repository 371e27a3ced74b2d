import { createHmac } from "node:crypto";

/**
 * A compact JWS (HS256) without its payload, which whoever checks it has from elsewhere.
 * @param secret - of the key that `kid` names
 * @see RFC 7515, appendix F · kubernetes staging/src/k8s.io/cluster-bootstrap/token/jws/jws.go
 */
export function detachedSignature(content: string, kid: string, secret: string): string {
  const header = base64url(JSON.stringify({ alg: "HS256", kid }));
  const signed = `${header}.${base64url(content)}`;
  return `${header}..${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

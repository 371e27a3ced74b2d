import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

/** What a peer's certificate rests on. */
export interface CertificateTrust {
  /** Its holder is who it says. */
  readonly client: boolean;
  /** Its holder may say who others are. */
  readonly frontProxy: boolean;
}

const NO_TRUST: CertificateTrust = { client: false, frontProxy: false };

/** Links of a chain that are looked at: certificates that are issued in a circle have no root. */
const LONGEST_CHAIN = 10;

/**
 * Tells authorities of clients from those of front proxies. TLS checks a certificate against all of
 * them together; a front proxy's word must not be taken from a client, nor the other way round.
 */
export class CertificateRoots {
  readonly #clients: ReadonlySet<string>;
  readonly #frontProxies: ReadonlySet<string>;

  /** @param clientCa, requestHeaderCa - PEM bundles */
  constructor(clientCa: string, requestHeaderCa: string) {
    this.#clients = fingerprints(clientCa);
    this.#frontProxies = fingerprints(requestHeaderCa);
  }

  trustOf(socket: TLSSocket): CertificateTrust {
    if (!socket.authorized) return NO_TRUST;
    // Most servers have no front proxies, and then everything rests on the others.
    if (this.#frontProxies.size === 0) return { client: true, frontProxy: false };
    const root = rootOf(socket.getPeerCertificate(true));
    return { client: this.#clients.has(root), frontProxy: this.#frontProxies.has(root) };
  }
}

function fingerprints(bundle: string): ReadonlySet<string> {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return new Set(blocks.map((block) => new X509Certificate(block).fingerprint256));
}

/** Fingerprint of the certificate at the end of a chain, which has issued itself. */
function rootOf(leaf: DetailedPeerCertificate): string {
  let certificate = leaf;
  for (let link = 0; link < LONGEST_CHAIN; link++) {
    const issuer = certificate.issuerCertificate as DetailedPeerCertificate | undefined;
    if (issuer === undefined || issuer === certificate) return certificate.fingerprint256;
    if (issuer.fingerprint256 === certificate.fingerprint256) return issuer.fingerprint256;
    certificate = issuer;
  }
  return "";
}

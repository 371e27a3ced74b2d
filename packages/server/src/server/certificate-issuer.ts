import { X509Certificate } from "node:crypto";
import type {
  CertificateIssuer,
  CertificateOrder,
} from "../controllers/certificates/certificate-issuer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { issueRequestedCertificate } from "../tls/certificate-authority.ts";
import { parseCertificateRequest } from "../tls/certificate-request.ts";
import type { CertificateStore } from "../tls/certificate-store.ts";

export interface CertificateIssuerOptions {
  readonly certificates: Pick<CertificateStore, "authority" | "clientAuthority">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Signs with the authorities of this server. @throws Error from `read` and `issue`, see there */
export function createCertificateIssuer(options: CertificateIssuerOptions): CertificateIssuer {
  return {
    read: (request) => parseCertificateRequest(decode(request)),
    issue: (order) => issue(options, order),
    endOf: (certificate) => {
      try {
        return new X509Certificate(decode(certificate)).validToDate.getTime();
      } catch {
        return undefined;
      }
    },
  };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1");
}

/** @see kubernetes pkg/controller/certificates/authority/policies.go (PermissiveSigningPolicy) */
function issue(
  { certificates, clock, random }: CertificateIssuerOptions,
  { request, usages, authority: name, notBefore, notAfter }: CertificateOrder,
): string {
  const authority = name === "client" ? certificates.clientAuthority : certificates.authority;
  if (clock.now() >= authority.notAfter) {
    const end = new Date(authority.notAfter).toISOString();
    throw new Error(`refusing to sign a certificate that expired in the past: NotAfter=${end}`);
  }
  const { publicKey, alternativeNames, ...subject } = parseCertificateRequest(decode(request));
  const pem = issueRequestedCertificate(random, authority, {
    subject,
    publicKey,
    usages,
    names: alternativeNames,
    notBefore,
    notAfter: Math.min(notAfter, authority.notAfter),
  });
  return Buffer.from(pem).toString("base64");
}

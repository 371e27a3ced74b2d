import { systemRandom } from "../../runtime/random.ts";
import {
  createCertificateAuthority,
  generateKey,
  issueClientCertificate,
  issueServingCertificate,
} from "../../tls/certificate-authority.ts";

export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Authorities and certificates of a test, made once. */
export interface TestCertificates {
  readonly ca: string;
  readonly clientCa: string;
  readonly serving: KeyAndCertificate;
  readonly apiServer: KeyAndCertificate;
  /** Issued by somebody else. */
  readonly stranger: KeyAndCertificate;
}

export function createTestCertificates(): TestCertificates {
  const context = { now: Date.now(), random: systemRandom };
  const authority = createCertificateAuthority(context, generateKey(), "ca");
  const clientAuthority = createCertificateAuthority(context, generateKey(), "client-ca");
  const other = createCertificateAuthority(context, generateKey(), "other-ca");
  const names = { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] };
  const subject = { commonName: "apiserver", organizations: ["system:masters"] };
  const pair = ({ key, cert }: KeyAndCertificate): KeyAndCertificate => ({ key, cert });
  return {
    ca: authority.cert,
    clientCa: clientAuthority.cert,
    serving: pair(issueServingCertificate(context, authority, generateKey(), names)),
    apiServer: pair(issueClientCertificate(context, clientAuthority, generateKey(), subject)),
    stranger: pair(issueClientCertificate(context, other, generateKey(), subject)),
  };
}

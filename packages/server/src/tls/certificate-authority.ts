import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import type { Random } from "../runtime/random.ts";
import type { AlternativeNames } from "./alternative-names.ts";
import {
  type CertificateUse,
  type Subject,
  type SubjectNames,
  signCertificate,
} from "./certificate.ts";

/** Key and certificate as PEM texts, with the dates of the certificate in milliseconds since 1970. */
export interface KeyedCertificate {
  readonly key: string;
  readonly cert: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What signs. */
export interface CertificateAuthority extends KeyedCertificate {
  readonly subject: Subject;
  readonly signingKey: KeyObject;
}

/** What issuing depends on. `now` in milliseconds since 1970. */
export interface IssuingContext {
  readonly now: number;
  readonly random: Random;
}

/** Ten years, as kubeadm's. */
export const AUTHORITY_LIFETIME_MS: number = 10 * 365 * 24 * 3_600_000;
/** One year, as kubeadm's. */
export const LEAF_LIFETIME_MS: number = 365 * 24 * 3_600_000;
/** Certificates are valid a little before they are made, for machines whose clock is behind. */
const BACKDATE_MS = 3_600_000;

/** A new P-256 private key. */
export function generateKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** Makes a self-signed authority over `key`. */
export function createCertificateAuthority(
  context: IssuingContext,
  key: KeyObject,
  commonName: string,
): CertificateAuthority {
  const subject: Subject = { commonName, organizations: [] };
  const notBefore = context.now - BACKDATE_MS;
  const notAfter = context.now + AUTHORITY_LIFETIME_MS;
  const der = signCertificate({
    serial: serialNumber(context.random),
    issuer: subject,
    issuerKey: key,
    subject,
    publicKey: createPublicKey(key),
    notBefore,
    notAfter,
    use: { kind: "authority" },
  });
  return { key: keyPem(key), cert: pem(der), notBefore, notAfter, subject, signingKey: key };
}

/**
 * Takes up an authority from PEM texts.
 * @throws Error when the texts cannot be read, do not belong together or are no authority.
 */
export function parseCertificateAuthority(cert: string, key: string): CertificateAuthority {
  const certificate = new X509Certificate(cert);
  const signingKey = createPrivateKey(key);
  if (!certificate.ca) throw new Error("the certificate is not that of an authority");
  if (!certificate.checkPrivateKey(signingKey)) throw new Error("key and certificate do not match");
  return {
    key,
    cert,
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    subject: subjectOf(certificate),
    signingKey,
  };
}

/** Issues a certificate for a server, with a key of its own. */
export function issueServingCertificate(
  context: IssuingContext,
  authority: CertificateAuthority,
  key: KeyObject,
  names: SubjectNames,
): KeyedCertificate {
  const subject: Subject = { commonName: "kube-apiserver", organizations: [] };
  const use: CertificateUse = { kind: "server", names };
  return issue(context, authority, { subject, publicKey: createPublicKey(key), use }, keyPem(key));
}

/** Issues a certificate for a client, with a key of its own. */
export function issueClientCertificate(
  context: IssuingContext,
  authority: CertificateAuthority,
  key: KeyObject,
  subject: Subject,
): KeyedCertificate {
  const publicKey = createPublicKey(key);
  return issue(context, authority, { subject, publicKey, use: { kind: "client" } }, keyPem(key));
}

/** A certificate as it was asked for. Instants in milliseconds since 1970. */
export interface RequestedCertificate {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  /** In the words of CertificateSigningRequests. */
  readonly usages: readonly string[];
  readonly names: AlternativeNames;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Issues what was asked for, over the key of who asked. @returns PEM. @throws Error for unknown usages */
export function issueRequestedCertificate(
  random: Random,
  authority: CertificateAuthority,
  { usages, names, ...about }: RequestedCertificate,
): string {
  const der = signCertificate({
    ...about,
    use: { kind: "requested", usages, names },
    serial: serialNumber(random),
    issuer: authority.subject,
    issuerKey: authority.signingKey,
  });
  return pem(der);
}

function issue(
  context: IssuingContext,
  authority: CertificateAuthority,
  about: { readonly subject: Subject; readonly publicKey: KeyObject; readonly use: CertificateUse },
  key: string,
): KeyedCertificate {
  const notBefore = context.now - BACKDATE_MS;
  // A certificate that outlives its authority is refused by some verifiers.
  const notAfter = Math.min(context.now + LEAF_LIFETIME_MS, authority.notAfter);
  const der = signCertificate({
    ...about,
    serial: serialNumber(context.random),
    issuer: authority.subject,
    issuerKey: authority.signingKey,
    notBefore,
    notAfter,
  });
  return { key, cert: pem(der), notBefore, notAfter };
}

/** What to do with a certificate now, and when to ask again. */
export type RenewalDecision =
  | { readonly action: "keep"; readonly renewAt: number }
  | { readonly action: "renew"; readonly reason: "not-yet-valid" | "ending" };

/**
 * Keeps a certificate for two thirds of its life, so that a machine that sleeps for months still
 * has one that is good.
 */
export function decideRenewal(
  now: number,
  certificate: { readonly notBefore: number; readonly notAfter: number },
): RenewalDecision {
  const { notBefore, notAfter } = certificate;
  if (now < notBefore) return { action: "renew", reason: "not-yet-valid" };
  const renewAt = notBefore + ((notAfter - notBefore) * 2) / 3;
  return now < renewAt ? { action: "keep", renewAt } : { action: "renew", reason: "ending" };
}

/** 16 random bytes with the top bits 01: positive, and of the same length always. */
function serialNumber(random: Random): Uint8Array {
  const serial = Uint8Array.from(random.bytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** Reads the two attributes that we write; `subject` of Node has one `TYPE=value` a line. */
function subjectOf(certificate: X509Certificate): Subject {
  const lines = certificate.subject.split("\n");
  const values = (type: string): string[] =>
    lines.filter((line) => line.startsWith(type)).map((line) => line.slice(type.length));
  return { commonName: values("CN=").at(-1) ?? "", organizations: values("O=") };
}

function keyPem(key: KeyObject): string {
  return String(key.export({ type: "pkcs8", format: "pem" }));
}

/** DER as a PEM certificate. */
export function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

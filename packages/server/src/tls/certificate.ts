import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from "./der.ts";
import { ipAddressBytes } from "./ip-address.ts";

/** Who a certificate is about, as Kubernetes reads it: user name and groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Host names and addresses that a server answers to. */
export interface SubjectNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

export type CertificateUse =
  | { readonly kind: "authority" }
  | { readonly kind: "server"; readonly names: SubjectNames }
  | { readonly kind: "client" };

/** All that goes into a certificate. Instants in milliseconds since 1970. */
export interface CertificateContent {
  /** Up to 20 bytes (RFC 5280 §4.1.2.2). */
  readonly serial: Uint8Array;
  readonly issuer: Subject;
  /** Signs; a P-256 key. */
  readonly issuerKey: KeyObject;
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly use: CertificateUse;
}

const OID = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** Bit positions of RFC 5280 §4.2.1.3. */
const KEY_USAGE = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

/**
 * Writes and signs an X.509 version 3 certificate with the extensions that strict verifiers want
 * (`X509_V_FLAG_X509_STRICT`, the default of Python 3.13): key identifiers, usages, constraints.
 * @returns DER
 * @see RFC 5280 §4.1
 */
export function signCertificate(content: CertificateContent): Buffer {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const toBeSigned = sequence(
    explicit(0, integer(2)),
    integer(content.serial),
    algorithm,
    distinguishedName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    distinguishedName(content.subject),
    content.publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions(content))),
  );
  return sequence(
    toBeSigned,
    algorithm,
    bitString(sign("sha256", toBeSigned, { key: content.issuerKey, dsaEncoding: "der" })),
  );
}

/** Organizations come first, as Go writes a name. */
function distinguishedName(subject: Subject): Buffer {
  const attributes = subject.organizations.map((name) => attribute(OID.organization, name));
  return sequence(...attributes, attribute(OID.commonName, subject.commonName));
}

function attribute(type: string, text: string): Buffer {
  return setOf(sequence(objectIdentifier(type), utf8String(text)));
}

function extensions(content: CertificateContent): Buffer[] {
  const { use } = content;
  const identifiers = [
    extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(content.publicKey))),
    extension(
      OID.authorityKeyIdentifier,
      sequence(implicit(0, keyIdentifier(createPublicKey(content.issuerKey)))),
    ),
  ];
  switch (use.kind) {
    case "authority":
      return [
        critical(
          OID.keyUsage,
          namedBits(
            KEY_USAGE.digitalSignature,
            KEY_USAGE.keyEncipherment,
            KEY_USAGE.keyCertSign,
            KEY_USAGE.cRLSign,
          ),
        ),
        critical(OID.basicConstraints, sequence(boolean(true))),
        ...identifiers,
      ];
    case "server":
      return [
        ...leafUsage(OID.serverAuth),
        ...identifiers,
        extension(OID.subjectAltName, alternativeNames(use.names)),
      ];
    case "client":
      return [...leafUsage(OID.clientAuth), ...identifiers];
  }
}

function leafUsage(purpose: string): Buffer[] {
  return [
    critical(OID.keyUsage, namedBits(KEY_USAGE.digitalSignature, KEY_USAGE.keyEncipherment)),
    extension(OID.extendedKeyUsage, sequence(objectIdentifier(purpose))),
    critical(OID.basicConstraints, sequence()),
  ];
}

function alternativeNames(names: SubjectNames): Buffer {
  const addresses = names.ipAddresses.map((address) => {
    const bytes = ipAddressBytes(address);
    if (bytes === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(address)}`);
    return implicit(7, bytes);
  });
  const hosts = names.dnsNames.map((name) => implicit(2, Buffer.from(name, "latin1")));
  return sequence(...hosts, ...addresses);
}

/** SHA-1 of the bare key: method (1) of RFC 5280 §4.2.1.2. It names a key and protects nothing. */
function keyIdentifier(key: KeyObject): Buffer {
  const { x = "", y = "", kty } = key.export({ format: "jwk" });
  const bytes =
    kty === "EC"
      ? Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
      : key.export({ type: "spki", format: "der" });
  return createHash("sha1").update(bytes).digest();
}

function extension(id: string, content: Uint8Array): Buffer {
  return sequence(objectIdentifier(id), octetString(content));
}

function critical(id: string, content: Uint8Array): Buffer {
  return sequence(objectIdentifier(id), boolean(true), octetString(content));
}

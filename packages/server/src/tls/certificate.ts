import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import {
  type AlternativeNames,
  NO_ALTERNATIVE_NAMES,
  writeAlternativeNames,
} from "./alternative-names.ts";
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
import { parseKeyUsages } from "./key-usages.ts";

/** Who a certificate is about, as Kubernetes reads it: user name and groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Of the other attributes in `FURTHER_ATTRIBUTES`: pairs of type and value. */
  readonly further?: readonly (readonly [type: string, value: string])[];
}

/**
 * Attributes of a name that Go's library knows besides the two, as it orders all of them: country,
 * organization, unit, locality, province, street, postal code, common name, serial number.
 * @see go crypto/x509/pkix Name.ToRDNSequence
 */
export const FURTHER_ATTRIBUTES: ReadonlySet<string> = new Set([
  "2.5.4.6",
  "2.5.4.11",
  "2.5.4.7",
  "2.5.4.8",
  "2.5.4.9",
  "2.5.4.17",
  "2.5.4.5",
]);
const NAME_ORDER = [
  "2.5.4.6",
  "2.5.4.10",
  "2.5.4.11",
  "2.5.4.7",
  "2.5.4.8",
  "2.5.4.9",
  "2.5.4.17",
  "2.5.4.3",
  "2.5.4.5",
];

/** Host names and addresses that a server answers to. */
export interface SubjectNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

export type CertificateUse =
  | { readonly kind: "authority" }
  | { readonly kind: "server"; readonly names: SubjectNames }
  | { readonly kind: "client" }
  /** As somebody asked for it: usages in Kubernetes' words. */
  | {
      readonly kind: "requested";
      readonly usages: readonly string[];
      readonly names: AlternativeNames;
    };

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

/** The name of a subject, in Go's order. */
export function distinguishedName({ commonName, organizations, further = [] }: Subject): Buffer {
  const attributes = [
    ...organizations.map((value) => [OID.organization, value] as const),
    ...(commonName === "" ? [] : [[OID.commonName, commonName] as const]),
    ...further,
  ];
  const place = (type: string): number => NAME_ORDER.indexOf(type);
  attributes.sort(([left], [right]) => place(left) - place(right));
  return sequence(...attributes.map(([type, value]) => attribute(type, value)));
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
        ...leafUsage(LEAF_BITS, [OID.serverAuth]),
        ...identifiers,
        extension(
          OID.subjectAltName,
          writeAlternativeNames({ ...NO_ALTERNATIVE_NAMES, ...use.names }),
        ),
      ];
    case "client":
      return [...leafUsage(LEAF_BITS, [OID.clientAuth]), ...identifiers];
    case "requested": {
      const { bits, purposes } = parseKeyUsages(use.usages);
      return [...leafUsage(bits, purposes), ...identifiers, ...requestedNames(use.names, content)];
    }
  }
}

const LEAF_BITS: readonly number[] = [KEY_USAGE.digitalSignature, KEY_USAGE.keyEncipherment];

function leafUsage(bits: readonly number[], purposes: readonly string[]): Buffer[] {
  return [
    ...(bits.length === 0 ? [] : [critical(OID.keyUsage, namedBits(...bits))]),
    ...(purposes.length === 0
      ? []
      : [extension(OID.extendedKeyUsage, sequence(...purposes.map(objectIdentifier)))]),
    critical(OID.basicConstraints, sequence()),
  ];
}

/** Without a subject the names are what a certificate is about, and must be understood. */
function requestedNames(names: AlternativeNames, { subject }: CertificateContent): Buffer[] {
  if (Object.values(names).every((list: readonly string[]) => list.length === 0)) return [];
  const isNameless = subject.commonName === "" && subject.organizations.length === 0;
  const write = isNameless ? critical : extension;
  return [write(OID.subjectAltName, writeAlternativeNames(names))];
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

/** An extension that may be overlooked. */
export function extension(id: string, content: Uint8Array): Buffer {
  return sequence(objectIdentifier(id), octetString(content));
}

function critical(id: string, content: Uint8Array): Buffer {
  return sequence(objectIdentifier(id), boolean(true), octetString(content));
}

/** Requests for certificates (PKCS #10, RFC 2986) and PEM texts, as Kubernetes reads them. */
import { createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import {
  type AlternativeNames,
  NO_ALTERNATIVE_NAMES,
  readAlternativeNames,
} from "./alternative-names.ts";
import { FURTHER_ATTRIBUTES } from "./certificate.ts";
import {
  childrenOf,
  DER_TAG,
  type DerElement,
  DerError,
  readDer,
  readObjectIdentifier,
} from "./der-reader.ts";

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly der: Uint8Array;
}

export interface CertificateRequest {
  /** Empty without a common name. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** What else of its name goes into a certificate: pairs of type and value. */
  readonly further: readonly (readonly [type: string, value: string])[];
  readonly alternativeNames: AlternativeNames;
  readonly publicKey: KeyObject;
}

/** Thrown for what is no request, or not signed by the key in it; `message` is for the client. */
export class CertificateRequestError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CertificateRequestError";
  }
}

const PEM_BLOCK =
  /-----BEGIN ([^\r\n-]+)-----[^\S\n]*\r?\n((?:[^\r\n:]+:[^\r\n]*\r?\n)*)\r?\n?([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** Hash functions by the object identifier of the signature algorithm; null where the key says it. */
const HASHES: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
  ["1.2.840.113549.1.1.5", "sha1"],
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.3.101.112", null],
]);
const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
/** The attribute of a request that holds the extensions it asks for (RFC 2985 §5.4.2). */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

/** The blocks of a PEM text, in their order. */
export function readPem(text: string): PemBlock[] {
  return [...text.matchAll(PEM_BLOCK)].map(([, type = "", headers = "", body = ""]) => ({
    type,
    hasHeaders: headers !== "",
    der: Buffer.from(body, "base64"),
  }));
}

/** Attributes of a distinguished name: pairs of type and value. */
function attributes(name: DerElement | undefined): (readonly [type: string, value: string])[] {
  return childrenOf(name, DER_TAG.sequence)
    .flatMap((set) => childrenOf(set, DER_TAG.set))
    .flatMap((pair) => {
      const [type, value] = childrenOf(pair, DER_TAG.sequence);
      if (value === undefined) return [];
      return [[readObjectIdentifier(type), new TextDecoder().decode(value.content)] as const];
    });
}

/** The bytes of a bit string that has no unused bits. */
function bitsOf(element: DerElement | undefined): Uint8Array {
  if (element?.tag !== DER_TAG.bitString || element.content[0] !== 0) {
    throw new DerError("unexpected element");
  }
  return element.content.subarray(1);
}

function checkSignature(
  key: KeyObject,
  algorithm: DerElement | undefined,
  signed: Uint8Array,
  signature: Uint8Array,
): void {
  const [identifier] = childrenOf(algorithm, DER_TAG.sequence);
  const hash = HASHES.get(readObjectIdentifier(identifier));
  if (hash === undefined) {
    throw new CertificateRequestError("x509: cannot verify signature: algorithm unimplemented");
  }
  if (verify(hash, signed, key, signature)) return;
  throw new CertificateRequestError(
    key.asymmetricKeyType === "rsa"
      ? "crypto/rsa: verification error"
      : key.asymmetricKeyType === "ec"
        ? "x509: ECDSA verification failure"
        : "x509: Ed25519 verification failure",
  );
}

function parseRequest(der: Uint8Array): CertificateRequest {
  const [request] = readDer(der);
  const [content, algorithm, signature] = childrenOf(request, DER_TAG.sequence);
  const [, subject, keyInfo, further] = childrenOf(content, DER_TAG.sequence);
  if (content === undefined || keyInfo === undefined) throw new DerError("unexpected element");
  const publicKey = createPublicKey({
    key: Buffer.from(keyInfo.whole),
    format: "der",
    type: "spki",
  });
  checkSignature(publicKey, algorithm, content.whole, bitsOf(signature));
  const named = attributes(subject);
  const valuesOf = (wanted: string): string[] =>
    named.flatMap(([type, value]) => (type === wanted ? [value] : []));
  return {
    commonName: valuesOf(COMMON_NAME).at(-1) ?? "",
    organizations: valuesOf(ORGANIZATION),
    further: named.filter(([type]) => FURTHER_ATTRIBUTES.has(type)),
    alternativeNames: requestedNames(further),
    publicKey,
  };
}

/** The names that the extensions of a request ask for. */
function requestedNames(attributesOfRequest: DerElement | undefined): AlternativeNames {
  for (const attribute of attributesOfRequest === undefined
    ? []
    : readDer(attributesOfRequest.content)) {
    const [type, values] = childrenOf(attribute, DER_TAG.sequence);
    if (readObjectIdentifier(type) !== EXTENSION_REQUEST) continue;
    const [extensions] = childrenOf(values, DER_TAG.set);
    for (const extension of childrenOf(extensions, DER_TAG.sequence)) {
      const parts = childrenOf(extension, DER_TAG.sequence);
      if (readObjectIdentifier(parts[0]) !== SUBJECT_ALTERNATIVE_NAME) continue;
      // Between the two stands, sometimes, whether it is critical.
      return readAlternativeNames(parts.at(-1)?.content ?? new Uint8Array());
    }
  }
  return NO_ALTERNATIVE_NAMES;
}

/**
 * Reads the first block of a PEM text and checks that the key in it has signed it.
 * @throws CertificateRequestError
 * @see kubernetes pkg/apis/certificates/helpers.go (ParseCSR)
 */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const [block] = readPem(pem);
  if (block?.type !== "CERTIFICATE REQUEST") {
    throw new CertificateRequestError("PEM block type must be CERTIFICATE REQUEST");
  }
  try {
    return parseRequest(block.der);
  } catch (error) {
    if (error instanceof CertificateRequestError) throw error;
    throw new CertificateRequestError("x509: malformed certificate request", { cause: error });
  }
}

/** Why a PEM text is not a chain of certificates; undefined when it is. */
export function certificateChainComplaint(pem: string): string | undefined {
  const blocks = readPem(pem);
  for (const { type, hasHeaders, der } of blocks) {
    if (type !== "CERTIFICATE") {
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    }
    if (hasHeaders) return "no PEM block headers are permitted";
    try {
      new X509Certificate(der);
    } catch {
      return "x509: malformed certificate";
    }
  }
  return blocks.length === 0 ? "must contain at least one CERTIFICATE PEM block" : undefined;
}

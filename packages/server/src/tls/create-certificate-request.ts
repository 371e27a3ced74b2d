/** Requests for certificates (PKCS #10, RFC 2986), as they are made. */
import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { type AlternativeNames, writeAlternativeNames } from "./alternative-names.ts";
import { distinguishedName, extension, type Subject } from "./certificate.ts";
import { bitString, explicit, integer, objectIdentifier, sequence, setOf } from "./der.ts";

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

export interface CertificateRequestContent {
  readonly subject: Subject;
  /** A P-256 key, which signs. */
  readonly key: KeyObject;
  /** None when absent. */
  readonly names?: AlternativeNames;
}

/** @returns PEM */
export function createCertificateRequest({
  subject,
  key,
  names,
}: CertificateRequestContent): string {
  const content = sequence(
    integer(0),
    distinguishedName(subject),
    createPublicKey(key).export({ type: "spki", format: "der" }),
    explicit(0, names === undefined ? new Uint8Array() : extensionRequest(names)),
  );
  const request = sequence(
    content,
    sequence(objectIdentifier(ECDSA_WITH_SHA256)),
    bitString(sign("sha256", content, { key, dsaEncoding: "der" })),
  );
  const lines = request.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;
}

function extensionRequest(names: AlternativeNames): Buffer {
  const wanted = extension(SUBJECT_ALTERNATIVE_NAME, writeAlternativeNames(names));
  return sequence(objectIdentifier(EXTENSION_REQUEST), setOf(sequence(wanted)));
}

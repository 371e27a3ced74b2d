/** Whether a certificate and a private key belong together, in the words of Go's crypto/tls. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

function pemBlocks(text: string): PemBlock[] {
  const pattern = /-----BEGIN ([^-\n]+)-----\r?\n[A-Za-z0-9+/=\s:,-]*?-----END \1-----/g;
  return [...text.matchAll(pattern)].map(([block, type = ""]) => ({ type, text: block }));
}

function isKeyType(type: string): boolean {
  return type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");
}

function certificateProblem(blocks: readonly PemBlock[]): string | undefined {
  if (blocks.some(({ type }) => type === "CERTIFICATE")) return undefined;
  const [only] = blocks;
  if (only === undefined) return "tls: failed to find any PEM data in certificate input";
  if (blocks.length === 1 && only.type.endsWith("PRIVATE KEY")) {
    return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
  }
  const types = blocks.map(({ type }) => type).join(" ");
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types}]`;
}

function keyProblem(blocks: readonly PemBlock[]): string | undefined {
  if (blocks.some(({ type }) => isKeyType(type))) return undefined;
  const [only] = blocks;
  if (only === undefined) return "tls: failed to find any PEM data in key input";
  if (blocks.length === 1 && only.type === "CERTIFICATE") {
    return "tls: found a certificate rather than a key in the PEM for the private key";
  }
  const types = blocks.map(({ type }) => type).join(" ");
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types}]`;
}

function parse<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** @param certificate - base64 of PEM, as a Secret holds it; likewise `key` */
export function keyPairProblem(certificate: string, key: string): string | undefined {
  const certificates = pemBlocks(Buffer.from(certificate, "base64").toString("latin1"));
  const wrongCertificate = certificateProblem(certificates);
  if (wrongCertificate !== undefined) return wrongCertificate;
  const keys = pemBlocks(Buffer.from(key, "base64").toString("latin1"));
  const wrongKey = keyProblem(keys);
  if (wrongKey !== undefined) return wrongKey;
  const leafText = certificates.find(({ type }) => type === "CERTIFICATE")?.text ?? "";
  const leaf = parse(() => new X509Certificate(leafText));
  if (leaf === undefined) return "x509: malformed certificate";
  const keyText = keys.find(({ type }) => isKeyType(type))?.text ?? "";
  const privateKey: KeyObject | undefined = parse(() => createPrivateKey(keyText));
  if (privateKey === undefined) return "tls: failed to parse private key";
  return leaf.checkPrivateKey(privateKey)
    ? undefined
    : "tls: private key does not match public key";
}

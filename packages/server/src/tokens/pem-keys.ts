import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { KeyError } from "./key-error.ts";
import { algorithmOf } from "./signing-key.ts";

/**
 * Keys out of PEM files, as `--service-account-signing-key-file` and `--service-account-key-file`
 * name them. Blocks that hold no usable key ("EC PARAMETERS" for example) are passed over.
 * @see kubernetes client-go/util/keyutil/key.go
 */

/** One PEM block, armour included; the label is repeated at its end. @see RFC 7468 */
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

const PRIVATE_KEY_LABELS: ReadonlySet<string> = new Set([
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "PRIVATE KEY",
]);

const PUBLIC_KEY_LABELS: ReadonlySet<string> = new Set([
  ...PRIVATE_KEY_LABELS,
  "PUBLIC KEY",
  "RSA PUBLIC KEY",
  "CERTIFICATE",
]);

/** A PEM block and where it stands in its text. */
export interface PemBlock {
  readonly label: string;
  readonly text: string;
  readonly offset: number;
}

/** All PEM blocks, in order; text between them is no part of any. */
export function pemBlocks(text: string): readonly PemBlock[] {
  return Array.from(text.matchAll(PEM_BLOCK), (match) => ({
    label: match[1] ?? "",
    text: match[0],
    offset: match.index,
  }));
}

/**
 * The first private key (PKCS #1, SEC 1 or unencrypted PKCS #8).
 * @throws KeyError `no-private-key`; `unsupported-key` when the first one is no key for tokens
 */
export function parsePrivateKeyPem(text: string): KeyObject {
  for (const block of pemBlocks(text)) {
    if (!PRIVATE_KEY_LABELS.has(block.label)) continue;
    const key = readKey(() => createPrivateKey(block.text));
    if (key === undefined) continue;
    algorithmOf(key);
    return key;
  }
  throw new KeyError("no-private-key", "data does not contain a valid RSA or ECDSA private key");
}

/**
 * Every public key, in order: of PKIX and PKCS #1 public keys, certificates, and private keys.
 * @throws KeyError `no-public-key`; `unsupported-key` for a curve that no token is signed with
 */
export function parsePublicKeysPem(text: string): readonly KeyObject[] {
  const keys: KeyObject[] = [];
  for (const block of pemBlocks(text)) {
    if (!PUBLIC_KEY_LABELS.has(block.label)) continue;
    const key = readKey(() => createPublicKey(block.text));
    if (key?.asymmetricKeyType !== "rsa" && key?.asymmetricKeyType !== "ec") continue;
    algorithmOf(key);
    keys.push(key);
  }
  if (keys.length === 0) {
    throw new KeyError("no-public-key", "data does not contain any valid RSA or ECDSA public keys");
  }
  return keys;
}

/** The key, or undefined where OpenSSL cannot read it; its complaint says nothing that helps. */
function readKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Random } from "../../../runtime/random.ts";
import type { KeyedCertificate } from "../../../tls/certificate-authority.ts";
import { readFileIfThere, replaceFile } from "../../../tls/private-file.ts";

const BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----\n?/g;

/** A certificate with what a node asks of its own. */
export interface NodeCertificate extends KeyedCertificate {
  readonly commonName: string;
}

/**
 * Reads key and certificates from PEM texts.
 * @throws Error when they cannot be read, or do not belong together
 */
export function parseNodeCertificate(cert: string, key: string): NodeCertificate {
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new Error("key and certificate do not match");
  }
  const name = certificate.subject.split("\n").findLast((line) => line.startsWith("CN="));
  return {
    cert,
    key,
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    commonName: name?.slice("CN=".length) ?? "",
  };
}

/**
 * A certificate and its key in one file for the owner alone, as kubelets keep them, so that one never
 * is there without the other.
 */
export class StoredCertificate {
  readonly path: string;
  readonly #random: Random;

  constructor(path: string, random: Random) {
    this.path = path;
    this.#random = random;
  }

  /** Undefined where there is none, or what is there is damaged: it can be replaced. */
  read(): NodeCertificate | undefined {
    const blocks = [...(readFileIfThere(this.path) ?? "").matchAll(BLOCK)];
    const textOf = (isWanted: (type: string) => boolean): string =>
      blocks.flatMap(([text, type = ""]) => (isWanted(type) ? [text] : [])).join("");
    try {
      return parseNodeCertificate(
        textOf((type) => type === "CERTIFICATE"),
        textOf((type) => type.endsWith("PRIVATE KEY")),
      );
    } catch {
      return undefined;
    }
  }

  /** @throws what the file system says */
  write({ cert, key }: Pick<NodeCertificate, "cert" | "key">): void {
    writePrivateFile(this.path, `${cert}${key}`, this.#random);
  }
}

/** Replaces a file that is for the owner alone, in a directory that is too. @throws what the file system says */
export function writePrivateFile(path: string, text: string, random: Random): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, text, random, { mode: 0o600, durable: true });
}

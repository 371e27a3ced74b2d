import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Random } from "../runtime/random.ts";
import { replaceFile } from "../tls/private-file.ts";

export interface KubeconfigContent {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** Whom the certificate names. */
  readonly user: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A kubeconfig as JSON, which is YAML too: one cluster, one user, one context. */
export function formatKubeconfig(content: KubeconfigContent): string {
  const { user } = content;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "countersign",
        cluster: {
          server: content.server,
          "certificate-authority-data": base64(content.caCertificate),
        },
      },
    ],
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": base64(content.clientCertificate),
          "client-key-data": base64(content.clientKey),
        },
      },
    ],
    contexts: [{ name: "countersign", context: { cluster: "countersign", user } }],
    "current-context": "countersign",
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Writes it so that no reader ever sees half of it, readable for its owner alone. */
export function writeKubeconfig(path: string, content: KubeconfigContent, random: Random): void {
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, formatKubeconfig(content), random, { mode: 0o600, durable: false });
}

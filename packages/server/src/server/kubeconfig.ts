import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Random } from "../runtime/random.ts";
import { replaceFile } from "../tls/private-file.ts";

export interface AdminKubeconfig {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A kubeconfig as JSON, which is YAML too: one cluster, one user, one context. */
export function formatKubeconfig(admin: AdminKubeconfig): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "countersign",
        cluster: {
          server: admin.server,
          "certificate-authority-data": base64(admin.caCertificate),
        },
      },
    ],
    users: [
      {
        name: "admin",
        user: {
          "client-certificate-data": base64(admin.clientCertificate),
          "client-key-data": base64(admin.clientKey),
        },
      },
    ],
    contexts: [{ name: "countersign", context: { cluster: "countersign", user: "admin" } }],
    "current-context": "countersign",
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Writes it so that no reader ever sees half of it, readable for its owner alone. */
export function writeKubeconfig(path: string, admin: AdminKubeconfig, random: Random): void {
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, formatKubeconfig(admin), random, { mode: 0o600, durable: false });
}

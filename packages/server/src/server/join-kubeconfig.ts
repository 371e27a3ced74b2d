import { createPublicKey } from "node:crypto";
import { BOOTSTRAPPERS } from "../authentication/bootstrap-token.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { NO_ALTERNATIVE_NAMES } from "../tls/alternative-names.ts";
import { generateKey, issueRequestedCertificate } from "../tls/certificate-authority.ts";
import type { CertificateStore } from "../tls/certificate-store.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

export interface JoinKubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly certificates: Pick<CertificateStore, "authority" | "clientAuthority">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Has no rights but to ask for the certificate of a node. */
const USER = "countersign:node-bootstrap";
const LIFETIME_MS = 3_600_000;
/** For a machine whose clock is behind. */
const BACKDATE_MS = 5 * 60_000;

/**
 * Writes a kubeconfig with which a node may join within an hour: what a bootstrap token is elsewhere,
 * without a Secret that others could read. @throws what the file system says
 */
export function writeJoinKubeconfig(
  path: string,
  { url, certificates, clock, random }: JoinKubeconfigOptions,
): void {
  const { authority, clientAuthority } = certificates;
  const now = clock.now();
  const key = generateKey();
  const clientCertificate = issueRequestedCertificate(random, clientAuthority, {
    subject: { commonName: USER, organizations: [BOOTSTRAPPERS] },
    publicKey: createPublicKey(key),
    usages: ["digital signature", "client auth"],
    names: NO_ALTERNATIVE_NAMES,
    notBefore: now - BACKDATE_MS,
    notAfter: Math.min(now + LIFETIME_MS, clientAuthority.notAfter),
  });
  writeKubeconfig(
    path,
    {
      server: url,
      user: USER,
      caCertificate: authority.cert,
      clientCertificate,
      clientKey: String(key.export({ type: "pkcs8", format: "pem" })),
    },
    random,
  );
}

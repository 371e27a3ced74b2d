import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import type { KeyUsage, NodeAddress } from "../../../api/types.ts";
import type { Client } from "../../../client/client.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Logger } from "../../../runtime/logger.ts";
import type { Random } from "../../../runtime/random.ts";
import type { Runnable } from "../../../runtime/task-group.ts";
import { type AlternativeNames, NO_ALTERNATIVE_NAMES } from "../../../tls/alternative-names.ts";
import {
  createCertificateAuthority,
  decideRenewal,
  generateKey,
  issueRequestedCertificate,
  LEAF_LIFETIME_MS,
} from "../../../tls/certificate-authority.ts";
import { LONGEST_SLEEP_MS, renewalTime, retryPauseMs } from "./renewal-time.ts";
import { requestCertificate } from "./request-certificate.ts";
import {
  type NodeCertificate,
  parseNodeCertificate,
  StoredCertificate,
} from "./stored-certificate.ts";

export interface ServingIdentityOptions {
  /** In the node's name. */
  readonly client: Client;
  readonly directory: string;
  readonly nodeName: string;
  readonly addresses: readonly NodeAddress[];
  /**
   * `--rotate-server-certificates`: whether the cluster signs it. Somebody has to approve the request:
   * no cluster does that by itself.
   */
  readonly isSigned: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const SIGNER = "kubernetes.io/kubelet-serving";
const USAGES: readonly KeyUsage[] = ["digital signature", "server auth"];
const SIGNED_FILE = "kubelet-server-current.pem";
const OWN_FILE = "kubelet.pem";
/** For callers whose clock is behind. */
const BACKDATE_MS = 3_600_000;

/**
 * What the agent shows to those who call it: a certificate that the cluster has signed, or, before and
 * without that, one of its own.
 * @see kubernetes pkg/kubelet/certificate/kubelet.go
 */
export class ServingIdentity implements Runnable {
  readonly #options: ServingIdentityOptions;
  readonly #names: AlternativeNames;
  readonly #signed: StoredCertificate;
  readonly #own: StoredCertificate;
  readonly #onRenewed = new Set<() => void>();
  #current: NodeCertificate;

  constructor(options: ServingIdentityOptions) {
    const { directory, random, isSigned, addresses } = options;
    this.#options = options;
    this.#names = namesOf(addresses);
    this.#signed = new StoredCertificate(join(directory, SIGNED_FILE), random);
    this.#own = new StoredCertificate(join(directory, OWN_FILE), random);
    const stored = (isSigned ? this.#signed : this.#own).read();
    this.#current = this.#isUsable(stored) ? stored : this.#issueOwn();
  }

  /** PEM texts. */
  get current(): { readonly key: string; readonly cert: string } {
    return this.#current;
  }

  /** Calls `listener` whenever there is another one. @returns ends that */
  onRenewed(listener: () => void): () => void {
    this.#onRenewed.add(listener);
    return () => this.#onRenewed.delete(listener);
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random, isSigned, logger } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const waits =
        isSigned && this.#current.commonName !== `system:node:${this.#options.nodeName}`;
      const renewAt = waits ? clock.now() : renewalTime(this.#current, random.fraction());
      while (!signal.aborted && clock.now() < renewAt) {
        await clock.sleep(Math.min(renewAt - clock.now(), LONGEST_SLEEP_MS), signal);
      }
      if (signal.aborted) return;
      try {
        this.#renewed(isSigned ? await this.#request(signal) : this.#issueOwn());
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        logger.warn({ error }, "the agent has no serving certificate of the cluster");
        await clock.sleep(retryPauseMs(failures), signal);
      }
    }
  }

  #renewed(certificate: NodeCertificate): void {
    this.#current = certificate;
    for (const listener of this.#onRenewed) listener();
  }

  /** Good for now, and for the names that the node has. */
  #isUsable(found: NodeCertificate | undefined): found is NodeCertificate {
    if (found === undefined) return false;
    if (decideRenewal(this.#options.clock.now(), found).action === "renew") return false;
    return hasNames(found, this.#names);
  }

  async #request(signal: AbortSignal): Promise<NodeCertificate> {
    const { client, clock, nodeName } = this.#options;
    const key = generateKey();
    const subject = { commonName: `system:node:${nodeName}`, organizations: ["system:nodes"] };
    const wanted = { signerName: SIGNER, subject, key, usages: USAGES, resumes: false };
    const cert = await requestCertificate(
      { ...wanted, names: this.#names },
      { client, clock, signal },
    );
    const certificate = parseNodeCertificate(cert, keyPem(key));
    this.#signed.write(certificate);
    return certificate;
  }

  /** Signed by an authority that nobody keeps. */
  #issueOwn(): NodeCertificate {
    const { clock, random, nodeName } = this.#options;
    const now = clock.now();
    const key = generateKey();
    const commonName = `${nodeName}-ca@${Math.floor(now / 1000)}`;
    const authority = createCertificateAuthority({ now, random }, generateKey(), commonName);
    const cert = issueRequestedCertificate(random, authority, {
      subject: { commonName: `${nodeName}@${Math.floor(now / 1000)}`, organizations: [] },
      publicKey: createPublicKey(key),
      usages: ["digital signature", "key encipherment", "server auth"],
      names: this.#names,
      notBefore: now - BACKDATE_MS,
      notAfter: now + LEAF_LIFETIME_MS,
    });
    const certificate = parseNodeCertificate(cert, keyPem(key));
    this.#own.write(certificate);
    return certificate;
  }
}

/** @see kubernetes pkg/kubelet/certificate/kubelet.go (addressesToHostnamesAndIPs) */
function namesOf(addresses: readonly NodeAddress[]): AlternativeNames {
  const values = [...new Set(addresses.map(({ address }) => address))].sort();
  return {
    ...NO_ALTERNATIVE_NAMES,
    dnsNames: values.filter((value) => isIP(value) === 0),
    ipAddresses: values.filter((value) => isIP(value) !== 0),
  };
}

function hasNames(
  certificate: NodeCertificate,
  { dnsNames, ipAddresses }: AlternativeNames,
): boolean {
  const parsed = new X509Certificate(certificate.cert);
  return (
    dnsNames.every((name) => parsed.checkHost(name) !== undefined) &&
    ipAddresses.every((address) => parsed.checkIP(address) !== undefined)
  );
}

function keyPem(key: KeyObject): string {
  return String(key.export({ type: "pkcs8", format: "pem" }));
}

import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Subject, SubjectNames } from "./certificate.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  decideRenewal,
  generateKey,
  type IssuingContext,
  issueClientCertificate,
  issueServingCertificate,
  type KeyedCertificate,
  parseCertificateAuthority,
} from "./certificate-authority.ts";
import { readFileIfThere, replaceFile } from "./private-file.ts";

export interface CertificateStoreOptions {
  /** Made with mode 0700 when it is missing. */
  readonly directory: string;
  readonly names: SubjectNames;
  readonly clock: Clock;
  readonly random: Random;
  /** Writes nothing before `save` is called. */
  readonly hold?: boolean;
}

/** Who the kubeconfig of a new server speaks for. */
const ADMIN: Subject = { commonName: "admin", organizations: ["system:masters"] };

/**
 * Who the server is to the agents of nodes. They ask the API whether the caller may, and the group
 * needs no binding that somebody could delete. @see kubeadm certs.KubeadmCertKubeletClient
 */
const AGENT_CLIENT: Subject = {
  commonName: "kube-apiserver-kubelet-client",
  organizations: ["system:masters"],
};

const AGENT_CLIENT_FILE = "apiserver-kubelet-client";

/** Timers hold at most 2^31 ms; a day is soon enough to look again. */
const LONGEST_SLEEP_MS = 24 * 3_600_000;

/** The files of an authority are there but cannot be used; nothing is overwritten then. */
export class CertificateStoreError extends Error {
  override readonly name = "CertificateStoreError";
}

/**
 * The certificates of a server, in files: two authorities, which are made once and kept, and what
 * they issued to the server itself and to its admin, which is made anew whenever it ends, is
 * damaged, or names other hosts. Keys have mode 0600.
 */
export class CertificateStore {
  readonly #options: CertificateStoreOptions;
  /** Signs serving certificates; clients trust it. */
  readonly authority: CertificateAuthority;
  /** Signs client certificates; the server trusts it. */
  readonly clientAuthority: CertificateAuthority;
  /** What is to be written, in order; undefined once everything is written at once. */
  #held: (() => void)[] | undefined;
  #serving: KeyedCertificate;
  #admin: KeyedCertificate;
  #agentClient: KeyedCertificate;

  /** @throws CertificateStoreError when an authority cannot be used; what the file system says. */
  constructor(options: CertificateStoreOptions) {
    this.#options = options;
    if (options.hold === true) this.#held = [];
    this.authority = this.#authority("ca", "countersign-ca");
    this.clientAuthority = this.#authority("client-ca", "countersign-client-ca");
    this.#serving = this.#stored("apiserver", this.authority) ?? this.#issueServing();
    this.#admin = this.#stored("admin", this.clientAuthority) ?? this.#issueAdmin();
    this.#agentClient =
      this.#stored(AGENT_CLIENT_FILE, this.clientAuthority) ?? this.#issueAgentClient();
    this.renew();
  }

  /** Writes what was held, and from now on everything at once. @throws what the file system says */
  save(): void {
    for (const write of this.#held ?? []) write();
    this.#held = undefined;
  }

  /** Key and certificate that the server shows now. */
  get serving(): KeyedCertificate {
    return this.#serving;
  }

  /** Client certificate of the admin: CN=admin, O=system:masters. */
  get admin(): KeyedCertificate {
    return this.#admin;
  }

  /** Client certificate of the server towards agents: CN=kube-apiserver-kubelet-client. */
  get agentClient(): KeyedCertificate {
    return this.#agentClient;
  }

  /** Renews what has to be renewed now. @returns which certificates are new */
  renew(): { readonly serving: boolean; readonly admin: boolean } {
    const now = this.#options.clock.now();
    const serving =
      decideRenewal(now, this.#serving).action === "renew" ||
      !hasNames(this.#serving.cert, this.#options.names);
    const admin = decideRenewal(now, this.#admin).action === "renew";
    if (serving) this.#serving = this.#issueServing();
    if (admin) this.#admin = this.#issueAdmin();
    if (decideRenewal(now, this.#agentClient).action === "renew") {
      this.#agentClient = this.#issueAgentClient();
    }
    return { serving, admin };
  }

  /** Renews certificates as their time comes, and tells. Settles when `signal` aborts. */
  async run(options: {
    readonly signal: AbortSignal;
    readonly onRenewed: (renewed: { readonly serving: boolean; readonly admin: boolean }) => void;
  }): Promise<void> {
    const { clock } = this.#options;
    while (!options.signal.aborted) {
      const renewed = this.renew();
      if (renewed.serving || renewed.admin) options.onRenewed(renewed);
      const waitMs = Math.min(this.#nextRenewalAt() - clock.now(), LONGEST_SLEEP_MS);
      await clock.sleep(Math.max(waitMs, 1_000), options.signal);
    }
  }

  #nextRenewalAt(): number {
    const now = this.#options.clock.now();
    const decisions = [this.#serving, this.#admin, this.#agentClient].map((certificate) =>
      decideRenewal(now, certificate),
    );
    return Math.min(...decisions.map((each) => (each.action === "keep" ? each.renewAt : now)));
  }

  #context(): IssuingContext {
    return { now: this.#options.clock.now(), random: this.#options.random };
  }

  #path(file: string): string {
    return join(this.#options.directory, file);
  }

  /**
   * The key is written first. A key without a certificate is what a crash in between leaves, and
   * nothing has been signed with it; a certificate without its key is damage.
   */
  #authority(name: string, commonName: string): CertificateAuthority {
    const cert = readFileIfThere(this.#path(`${name}.crt`));
    const key = readFileIfThere(this.#path(`${name}.key`));
    try {
      if (cert !== undefined) return parseCertificateAuthority(cert, key ?? "");
      const made = createCertificateAuthority(
        this.#context(),
        key === undefined ? generateKey() : createPrivateKey(key),
        commonName,
      );
      this.#write(name, made, true);
      return made;
    } catch (cause) {
      const files = `${this.#path(name)}.{crt,key}`;
      throw new CertificateStoreError(`unusable certificate authority in ${files}`, { cause });
    }
  }

  /** A certificate from its files, if it is one that the authority has issued and its key fits. */
  #stored(name: string, authority: CertificateAuthority): KeyedCertificate | undefined {
    const cert = readFileIfThere(this.#path(`${name}.crt`));
    const key = readFileIfThere(this.#path(`${name}.key`));
    if (cert === undefined || key === undefined) return undefined;
    try {
      const certificate = new X509Certificate(cert);
      if (!certificate.checkPrivateKey(createPrivateKey(key))) return undefined;
      if (!certificate.verify(new X509Certificate(authority.cert).publicKey)) return undefined;
      const notBefore = certificate.validFromDate.getTime();
      return { key, cert, notBefore, notAfter: certificate.validToDate.getTime() };
    } catch {
      // Damaged, and replaceable: the caller issues a new one.
      return undefined;
    }
  }

  #issueServing(): KeyedCertificate {
    const { names } = this.#options;
    const issued = issueServingCertificate(this.#context(), this.authority, generateKey(), names);
    this.#write("apiserver", issued, false);
    return issued;
  }

  #issueAdmin(): KeyedCertificate {
    return this.#issueClient("admin", ADMIN);
  }

  #issueAgentClient(): KeyedCertificate {
    return this.#issueClient(AGENT_CLIENT_FILE, AGENT_CLIENT);
  }

  #issueClient(name: string, subject: Subject): KeyedCertificate {
    const context = this.#context();
    const issued = issueClientCertificate(context, this.clientAuthority, generateKey(), subject);
    this.#write(name, issued, false);
    return issued;
  }

  #write(name: string, certificate: KeyedCertificate, durable: boolean): void {
    if (this.#held !== undefined) {
      this.#held.push(() => this.#writeNow(name, certificate, durable));
    } else this.#writeNow(name, certificate, durable);
  }

  #writeNow(name: string, certificate: KeyedCertificate, durable: boolean): void {
    const { random, directory } = this.#options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    replaceFile(this.#path(`${name}.key`), certificate.key, random, { mode: 0o600, durable });
    replaceFile(this.#path(`${name}.crt`), certificate.cert, random, { mode: 0o644, durable });
  }
}

/** Whether a certificate names exactly these hosts. */
function hasNames(cert: string, names: SubjectNames): boolean {
  const certificate = new X509Certificate(cert);
  const count = (certificate.subjectAltName ?? "").split(", ").length;
  return (
    count === names.dnsNames.length + names.ipAddresses.length &&
    names.dnsNames.every((name) => certificate.checkHost(name) !== undefined) &&
    names.ipAddresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}

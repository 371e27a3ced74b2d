import { createPrivateKey, type KeyObject } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KeyUsage } from "../../../api/types.ts";
import { Client } from "../../../client/client.ts";
import { createHttpsTransport, type HttpsTransport } from "../../../client/node/https-transport.ts";
import type { ClusterAccess, Credential } from "../../../client/node/kubeconfig.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Logger } from "../../../runtime/logger.ts";
import type { Random } from "../../../runtime/random.ts";
import type { Runnable } from "../../../runtime/task-group.ts";
import { generateKey } from "../../../tls/certificate-authority.ts";
import { readFileIfThere } from "../../../tls/private-file.ts";
import { LONGEST_SLEEP_MS, renewalTime, retryPauseMs } from "./renewal-time.ts";
import { requestCertificate, type WantedCertificate } from "./request-certificate.ts";
import {
  type NodeCertificate,
  parseNodeCertificate,
  StoredCertificate,
  writePrivateFile,
} from "./stored-certificate.ts";

export interface ClientIdentityOptions {
  /** Where the API is, and a credential that may ask for the node's certificate, or is it. */
  readonly access: ClusterAccess;
  /** Where certificates are kept: `<root-dir>/pki`. */
  readonly directory: string;
  readonly nodeName: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
const USAGES: readonly KeyUsage[] = ["digital signature", "client auth"];
/** As kubelets name them. */
const FILE = "kubelet-client-current.pem";
const WAITING_KEY_FILE = "kubelet-client.key.tmp";

/**
 * Who a node is to the API: a client certificate that it asked for itself, kept on disk, and replaced
 * long before it ends.
 * @see kubernetes pkg/kubelet/certificate/bootstrap · client-go util/certificate
 */
export class ClientIdentity implements Runnable {
  readonly #options: ClientIdentityOptions;
  readonly #stored: StoredCertificate;
  readonly #onRenewed: (() => void)[] = [];
  #current: NodeCertificate | undefined;

  constructor(options: ClientIdentityOptions) {
    this.#options = options;
    this.#stored = new StoredCertificate(join(options.directory, FILE), options.random);
    this.#current = this.#usable(this.#stored.read()) ?? this.#given();
  }

  /** What requests of the node are made with. */
  get credential(): Credential {
    const { cert, key } = this.#current ?? {};
    return cert === undefined || key === undefined ? {} : { cert, key };
  }

  /** Calls `listener` whenever there is another certificate. */
  onRenewed(listener: () => void): void {
    this.#onRenewed.push(listener);
  }

  /** Resolves when the node is somebody. Asks until it is, or `signal` aborts. */
  async join(signal: AbortSignal): Promise<void> {
    const { logger, nodeName } = this.#options;
    if (this.#current !== undefined && (await this.#isAccepted(signal))) return;
    logger.info({ node: nodeName }, "the node asks for its certificate");
    await this.#insist("the node has no certificate yet", signal, () => this.#bootstrap(signal));
  }

  /** Whether the API knows the certificate: its authority may be another one by now. */
  async #isAccepted(signal: AbortSignal): Promise<boolean> {
    const { access, clock, logger, nodeName } = this.#options;
    const credential = (): Credential => this.credential;
    await using transport = createHttpsTransport({ ...access, credential, clock });
    try {
      const url = `/api/v1/nodes/${nodeName}`;
      const { status } = await transport.send({ method: "GET", url, headers: {}, signal });
      if (status !== 401) return true;
      logger.warn({ node: nodeName }, "the API does not know the node's certificate any more");
      return false;
    } catch (error) {
      // Nobody is there to ask; whatever comes next says so, too.
      logger.debug({ error }, "the node's certificate cannot be tried yet");
      return true;
    }
  }

  /** Replaces the certificate when its time comes. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted && this.#current !== undefined) {
      const renewAt = renewalTime(this.#current, random.fraction());
      while (!signal.aborted && clock.now() < renewAt) {
        await clock.sleep(Math.min(renewAt - clock.now(), LONGEST_SLEEP_MS), signal);
      }
      if (signal.aborted) return;
      await this.#insist("the node's certificate was not renewed", signal, () =>
        this.#renew(signal),
      );
    }
  }

  /** A certificate of somebody else's, of another node or of another time is none. */
  #usable(found: NodeCertificate | undefined): NodeCertificate | undefined {
    const { clock, nodeName } = this.#options;
    const isOurs = found?.commonName === `system:node:${nodeName}`;
    return isOurs && clock.now() < found.notAfter ? found : undefined;
  }

  /** The kubeconfig may hold the node's own certificate. */
  #given(): NodeCertificate | undefined {
    const { cert = "", key = "" } = this.#options.access.credential;
    if (cert === "" || key === "") return undefined;
    try {
      return this.#usable(parseNodeCertificate(cert, key));
    } catch {
      return undefined;
    }
  }

  async #insist(problem: string, signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ error }, problem);
      }
      await clock.sleep(retryPauseMs(failures), signal);
    }
  }

  /** Asks with the key of an earlier attempt, so that a request that waits to be approved is not forgotten. */
  async #bootstrap(signal: AbortSignal): Promise<void> {
    const { access, directory, random } = this.#options;
    const path = join(directory, WAITING_KEY_FILE);
    const key = readKey(path) ?? generateKey();
    writePrivateFile(path, keyPem(key), random);
    await this.#request(access.credential, this.#wanted(key, true), signal);
    rmSync(path, { force: true });
  }

  /** With the certificate that ends; when it has ended, with what the node came with. */
  async #renew(signal: AbortSignal): Promise<void> {
    const isOver = this.#usable(this.#current) === undefined;
    const credential = isOver ? this.#options.access.credential : this.credential;
    await this.#request(credential, this.#wanted(generateKey(), false), signal);
  }

  #wanted(key: KeyObject, resumes: boolean): WantedCertificate {
    const commonName = `system:node:${this.#options.nodeName}`;
    const subject = { commonName, organizations: ["system:nodes"] };
    return { signerName: SIGNER, subject, key, usages: USAGES, resumes };
  }

  async #request(
    credential: Credential,
    wanted: WantedCertificate,
    signal: AbortSignal,
  ): Promise<void> {
    const { access, clock, userAgent, logger, nodeName } = this.#options;
    await using transport: HttpsTransport = createHttpsTransport({
      ...access,
      credential: () => credential,
      clock,
    });
    const client = new Client(transport.send, { userAgent });
    const cert = await requestCertificate(wanted, { client, clock, signal });
    const issued = parseNodeCertificate(cert, keyPem(wanted.key));
    this.#stored.write(issued);
    this.#current = issued;
    logger.info({ node: nodeName, until: new Date(issued.notAfter) }, "the node has a certificate");
    for (const listener of this.#onRenewed) listener();
  }
}

function keyPem(key: KeyObject): string {
  return String(key.export({ type: "pkcs8", format: "pem" }));
}

function readKey(path: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileIfThere(path) ?? "");
  } catch {
    return undefined;
  }
}

import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../runtime/clock.ts";
import type { CertificateRoots } from "./certificate-roots.ts";
import type { ClientCertificate } from "./exchange.ts";

/**
 * What is known about the peer of a connection. One object for all requests of a connection, so that
 * a certificate is parsed and hashed once.
 */
export class Connection {
  readonly socket: TLSSocket;
  /** Address of the peer, without port; empty when it was gone before anybody asked. */
  readonly remoteAddress: string;
  readonly #clock: Clock;
  readonly #roots: CertificateRoots | undefined;
  #certificate: ClientCertificate | undefined;
  #validUntil = 0;
  #parsed = false;

  /** @param roots - absent when nobody was asked for a certificate */
  constructor(socket: TLSSocket, clock: Clock, roots: CertificateRoots | undefined) {
    this.socket = socket;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.#clock = clock;
    this.#roots = roots;
  }

  /** The peer's certificate. It stops being verified when its dates end, however long the connection lives. */
  get clientCertificate(): ClientCertificate | undefined {
    if (!this.#parsed) this.#parse();
    const certificate = this.#certificate;
    const trusted = certificate?.verified === true || certificate?.frontProxy === true;
    if (certificate !== undefined && trusted && this.#clock.now() > this.#validUntil) {
      this.#certificate = { ...certificate, verified: false, frontProxy: false };
    }
    return this.#certificate;
  }

  #parse(): void {
    this.#parsed = true;
    const peer = this.socket.getPeerCertificate();
    // Without a certificate Node answers an empty object, and null after the socket has gone.
    if (peer?.raw === undefined) return;
    this.#validUntil = Date.parse(peer.valid_to);
    const trust = this.#roots?.trustOf(this.socket);
    this.#certificate = {
      verified: trust?.client ?? false,
      frontProxy: trust?.frontProxy ?? false,
      commonName: listed(peer.subject?.CN).at(-1) ?? "",
      organizations: listed(peer.subject?.O),
      uids: listed(attributeOf(peer.subject, UID)),
      sha256: createHash("sha256").update(peer.raw).digest("hex"),
    };
  }
}

/** @see apimachinery pkg/apis/asn1/oid.go (X509UID) */
const UID = "1.3.6.1.4.1.57683.2";

/** Node knows this attribute by its number alone. */
function attributeOf(subject: object | undefined, type: string): string | string[] | undefined {
  return (subject as Readonly<Record<string, string | string[]>> | undefined)?.[type];
}

/** An attribute of a subject, which may be repeated. Of several common names Go takes the last. */
function listed(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../runtime/clock.ts";
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
  #certificate: ClientCertificate | undefined;
  #validUntil = 0;
  #parsed = false;

  constructor(socket: TLSSocket, clock: Clock) {
    this.socket = socket;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.#clock = clock;
  }

  /** The peer's certificate. It stops being verified when its dates end, however long the connection lives. */
  get clientCertificate(): ClientCertificate | undefined {
    if (!this.#parsed) this.#parse();
    const certificate = this.#certificate;
    if (certificate?.verified === true && this.#clock.now() > this.#validUntil) {
      this.#certificate = { ...certificate, verified: false };
    }
    return this.#certificate;
  }

  #parse(): void {
    this.#parsed = true;
    const peer = this.socket.getPeerCertificate();
    // Without a certificate Node answers an empty object, and null after the socket has gone.
    if (peer?.raw === undefined) return;
    this.#validUntil = Date.parse(peer.valid_to);
    this.#certificate = {
      verified: this.socket.authorized,
      commonName: listed(peer.subject?.CN).at(-1) ?? "",
      organizations: listed(peer.subject?.O),
      sha256: createHash("sha256").update(peer.raw).digest("hex"),
    };
  }
}

/** An attribute of a subject, which may be repeated. Of several common names Go takes the last. */
function listed(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

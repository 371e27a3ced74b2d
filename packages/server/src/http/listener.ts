import { once } from "node:events";
import {
  createServer as createHttp1Server,
  type Server as Http1Server,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { performServerHandshake, type ServerHttp2Session, type ServerOptions } from "node:http2";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from "node:net";
import type { Duplex } from "node:stream";
import {
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from "node:tls";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { CertificateRoots } from "./certificate-roots.ts";
import { Connection } from "./connection.ts";
import type { Handler } from "./exchange.ts";
import { ExchangeRunner } from "./exchange-runner.ts";
import { Http1Request, Http1UpgradeRequest, sendHttp1 } from "./http1-exchange.ts";
import { http1Refusal } from "./http1-refusal.ts";
import { Http2Request, sendHttp2 } from "./http2-exchange.ts";
import {
  answerUnparsedRequest,
  badRequestAnswer,
  type ParseFailure,
  refusalAnswer,
  writeRawResponse,
} from "./raw-response.ts";
import { parseRequestTarget } from "./request-target.ts";
import { ignoreError } from "./response-body.ts";
import { StallGuard } from "./stall-guard.ts";
import { Turns } from "./turns.ts";
import { sendUpgrade } from "./upgrade.ts";

/** Bounds of what a peer may hold. Times in milliseconds. */
export interface ListenerLimits {
  /** A TLS handshake. */
  readonly handshakeMs: number;
  /** HTTP/1.1: a complete request head, from the first byte or from the handshake on. */
  readonly headersMs: number;
  /** HTTP/1.1: a complete request, whatever its progress. */
  readonly requestMs: number;
  /** Silence within a body or an HTTP/2 header block. */
  readonly stallMs: number;
  /** A connection without requests. kube-apiserver: 90 s. */
  readonly idleMs: number;
  /** Bytes of a request head. */
  readonly headerBytes: number;
  /** Streams of one HTTP/2 connection. kube-apiserver: 250. */
  readonly maxConcurrentStreams: number;
}

/**
 * All silences end within ten seconds. A head may have 256 KiB (Go's bound is 1 MiB, for one
 * connection as for a thousand).
 */
export const defaultListenerLimits: ListenerLimits = {
  handshakeMs: 8_000,
  headersMs: 8_000,
  requestMs: 60_000,
  stallMs: 8_000,
  idleMs: 90_000,
  headerBytes: 256 * 1024,
  maxConcurrentStreams: 250,
};

/** PEM texts. Without `clientCa` no client certificate is asked for. */
export interface ListenerTls {
  readonly key: string;
  readonly cert: string;
  readonly clientCa: string | undefined;
  /** Of front proxies, who may say who their users are. */
  readonly requestHeaderCa?: string;
}

export interface ListenerOptions {
  /** Without it, connections are taken and wait until `setTls` brings it. */
  readonly tls?: ListenerTls;
  readonly handler: Handler;
  /** Counts failed handshakes. */
  readonly onHandshakeError?: () => void;
  readonly limits?: Partial<ListenerLimits>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A port that speaks HTTP/1.1 and HTTP/2. */
export interface Listener {
  /** @param port - 0 picks a free one. @throws what the system says: `EADDRINUSE`, `EACCES`. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Undefined unless it is listening. */
  address(): AddressInfo | undefined;
  /**
   * New connections get these, and those that were waiting for the first; running ones go on.
   * @throws when key and certificate do not fit.
   */
  setTls(tls: ListenerTls): void;
  /** Open connections, for metrics and tests. */
  connections(): number;
  /**
   * Stops accepting, says so to every peer, waits for running requests, then ends streams, then
   * connections. What is still there after `graceMs` is broken off. Calling it again waits for the
   * same end.
   */
  close(options: CloseOptions): Promise<void>;
}

/** What a closing listener has behind it, in this order. */
export type ClosingPhase = "refusing" | "drained" | "streams-ended";

export interface CloseOptions {
  readonly graceMs: number;
  readonly onPhase?: (phase: ClosingPhase) => void;
}

/** How often a drain looks whether all is done. */
const DRAIN_POLL_MS = 20;
/** Body bytes that a client may send ahead. kube-apiserver: 256 KiB a stream. */
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 1024 * 1024;
/** Header fields of one request; impersonation repeats a field for each group. */
const MAX_HEADER_PAIRS = 1_000;
/** Node's 10 would refuse streams while a few large lists are being sent. */
const MAX_SESSION_MEGABYTES = 64;

export function createListener(options: ListenerOptions): Listener {
  return new TlsListener(options);
}

class TlsListener implements Listener {
  readonly #options: ListenerOptions;
  readonly #limits: ListenerLimits;
  readonly #guard: StallGuard;
  readonly #runner: ExchangeRunner;
  /** The line in which requests stand that have arrived. */
  readonly #beginnings = new Turns();
  readonly #tcp: TcpServer;
  /** Takes what `#tcp` accepts; undefined until there is a certificate. */
  #tls: TlsServer | undefined;
  #roots: CertificateRoots | undefined;
  /** Connections that came before it. */
  readonly #early: Socket[] = [];
  readonly #http1: Http1Server;
  readonly #http2: ServerOptions;
  /** All connections, those before and in their handshake as well. */
  readonly #sockets = new Set<Socket>();
  /** Those that can make requests. */
  readonly #connections = new Map<Duplex, Connection>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#limits = { ...defaultListenerLimits, ...options.limits };
    this.#guard = new StallGuard(options.clock, this.#limits);
    this.#runner = new ExchangeRunner(options.handler, this.#guard, options.logger);
    this.#tcp = this.#createTcp();
    this.#http1 = this.#createHttp1();
    this.#http2 = http2Options(this.#limits);
    if (options.tls !== undefined) this.setTls(options.tls);
  }

  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#tcp.once("error", reject);
      this.#tcp.listen({ port, host, backlog: 1024 }, () => {
        this.#tcp.off("error", reject);
        this.#tcp.on("error", (error) => {
          this.#options.logger.error({ error }, "the listener failed");
        });
        // Node starts the timers of half-sent heads when an HTTP server listens. This one never
        // does, since it is given its connections, so it is told.
        this.#http1.emit("listening");
        const address = this.address();
        if (address !== undefined) resolve(address);
        else reject(new Error("the listener was closed while it started"));
      });
    });
  }

  address(): AddressInfo | undefined {
    const address = this.#tcp.address();
    return typeof address === "object" && address !== null ? address : undefined;
  }

  setTls(tls: ListenerTls): void {
    const { clientCa, requestHeaderCa = "" } = tls;
    this.#roots =
      clientCa === undefined ? undefined : new CertificateRoots(clientCa, requestHeaderCa);
    if (this.#tls !== undefined) this.#tls.setSecureContext(secureContext(tls));
    else {
      this.#tls = this.#createTls(tls);
      for (const socket of this.#early.splice(0)) this.#tls.emit("connection", socket);
    }
  }

  connections(): number {
    return this.#connections.size;
  }

  close(options: CloseOptions): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  #createTcp(): TcpServer {
    const server = createTcpServer({ noDelay: true });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      if (this.#tls !== undefined) this.#tls.emit("connection", socket);
      else {
        socket.on("error", ignoreError);
        this.#early.push(socket.pause());
      }
    });
    return server;
  }

  #createTls(tls: ListenerTls): TlsServer {
    const { logger, onHandshakeError } = this.#options;
    const server = createTlsServer({
      ...secureContext(tls),
      ALPNProtocols: ["h2", "http/1.1"],
      requestCert: tls.clientCa !== undefined,
      // A certificate of somebody else's CA makes nobody of its owner, it does not end the connection.
      rejectUnauthorized: false,
      handshakeTimeout: this.#limits.handshakeMs,
    });
    server.on("secureConnection", (socket) => this.#accept(socket));
    server.on("tlsClientError", (error, socket) => {
      onHandshakeError?.();
      logger.debug({ error }, "TLS handshake failed");
      // Node tells of a handshake that takes too long, and leaves the connection open.
      socket.destroy();
    });
    return server;
  }

  #createHttp1(): Http1Server {
    const { logger } = this.#options;
    const server = createHttp1Server({
      maxHeaderSize: this.#limits.headerBytes,
      headersTimeout: this.#limits.headersMs,
      requestTimeout: this.#limits.requestMs,
      keepAliveTimeout: this.#limits.idleMs,
      connectionsCheckingInterval: Math.max(10, this.#limits.headersMs / 8),
      shouldUpgradeCallback: wantsUpgrade,
      // It is refused in Go's words.
      requireHostHeader: false,
    });
    server.on("request", (message, response) => this.#onRequest(message, response));
    server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#onUpgrade(message, socket, head),
    );
    server.on("connect", (message: IncomingMessage, socket: Duplex) =>
      this.#onConnect(message, socket),
    );
    server.on("clientError", (error: Error & ParseFailure, socket) => {
      // The error holds the bytes that came, and with them a token.
      logger.debug({ code: error.code, why: error.message }, "HTTP/1.1 client error");
      const connection = this.#connections.get(socket);
      if (connection === undefined) socket.destroy();
      else answerUnparsedRequest(error, socket, connection, this.#runner);
    });
    return server;
  }

  #accept(socket: TLSSocket): void {
    const connection = new Connection(socket, this.#options.clock, this.#roots);
    this.#connections.set(socket, connection);
    socket.once("close", () => this.#connections.delete(socket));
    socket.on("error", ignoreError);
    if (this.#closing !== undefined) socket.destroy();
    else if (socket.alpnProtocol === "h2") this.#openSession(socket, connection);
    else this.#http1.emit("connection", socket);
  }

  #onRequest(message: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(message.socket);
    const target = parseRequestTarget(message.url ?? "");
    const refusal = http1Refusal(message);
    if (connection === undefined || target === undefined || refusal !== undefined) {
      const { status, headers, body } = refusalAnswer(refusal);
      response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
      response.end(body);
      return;
    }
    const request = new Http1Request(message, target, connection, this.#guard, response);
    const runner = this.#runner;
    request.readEarly();
    this.#beginnings.add(() =>
      runner.run(request, (answer) => sendHttp1(response, answer, runner)),
    );
  }

  #onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", ignoreError);
    const connection = this.#connections.get(socket);
    const target = parseRequestTarget(message.url ?? "");
    const refusal = http1Refusal(message);
    if (connection === undefined || target === undefined || refusal !== undefined) {
      writeRawResponse(socket, refusalAnswer(refusal), false);
      return;
    }
    const request = new Http1UpgradeRequest(message, target, connection, this.#guard, socket);
    const runner = this.#runner;
    runner.run(request, (answer) => sendUpgrade({ message, socket, head }, answer, runner));
  }

  /** There is no tunnel: a resource has no such method, and an authority no path. */
  #onConnect(message: IncomingMessage, socket: Duplex): void {
    socket.on("error", ignoreError);
    const connection = this.#connections.get(socket);
    if (connection === undefined || http1Refusal(message) !== undefined) {
      writeRawResponse(socket, badRequestAnswer, false);
      return;
    }
    const target = parseRequestTarget(message.url ?? "") ?? { path: "", rawQuery: "" };
    const request = new Http1UpgradeRequest(message, target, connection, this.#guard, socket);
    const runner = this.#runner;
    runner.run(request, (answer) => {
      runner.answered();
      writeRawResponse(socket, answer, false);
    });
  }

  #openSession(socket: TLSSocket, connection: Connection): void {
    const session = performServerHandshake(socket, this.#http2);
    this.#sessions.add(session);
    session.once("close", () => this.#sessions.delete(session));
    session.on("error", (error) => this.#options.logger.debug({ error }, "HTTP/2 session failed"));
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    const guard = this.#guard;
    const runner = this.#runner;
    const progress = guard.watchSession(session, connection);
    session.on("stream", (stream, headers, _flags, rawHeaders) => {
      stream.on("error", ignoreError);
      const target = parseRequestTarget(headers[":path"] ?? "/");
      if (target === undefined) {
        stream.respond([
          ":status",
          "400",
          "content-type",
          badRequestAnswer.headers["Content-Type"],
        ]);
        stream.end(badRequestAnswer.body);
        return;
      }
      progress.streamBegan();
      const request = new Http2Request(stream, headers, rawHeaders, target, connection, guard);
      const head = request.method === "HEAD";
      runner.run(request, (answer) =>
        sendHttp2(stream, head, answer, runner, progress.streamEnded),
      );
    });
  }

  async #close({ graceMs, onPhase }: CloseOptions): Promise<void> {
    const { clock } = this.#options;
    const endAt = clock.now() + graceMs;
    this.#runner.draining = true;
    const closed = new Promise<void>((resolve) => {
      // The callback gets an error when it never listened; it is closed then, too.
      this.#tcp.close(() => resolve());
    });
    for (const session of this.#sessions) session.close();
    this.#http1.closeIdleConnections();
    onPhase?.("refusing");
    while (this.#runner.running > 0 && clock.now() < endAt) await clock.sleep(DRAIN_POLL_MS);
    onPhase?.("drained");
    for (const stream of this.#runner.streams) stream.end();
    for (const socket of this.#runner.taken) socket.end(() => socket.destroy());
    onPhase?.("streams-ended");
    while (this.#connections.size > 0 && clock.now() < endAt) {
      // Node takes a connection for idle whose last bytes are still on their way.
      const sockets = [...this.#connections.keys()];
      if (sockets.every((each) => each.writableLength === 0)) this.#http1.closeIdleConnections();
      await clock.sleep(DRAIN_POLL_MS);
    }
    const gone = [...this.#connections.keys()].map((socket) => once(socket.destroy(), "close"));
    for (const socket of this.#sockets) socket.destroy();
    this.#http1.close();
    await Promise.all([closed, ...gone]);
    this.#guard.stop();
  }
}

function secureContext(tls: ListenerTls): { key: string; cert: string; ca?: string } {
  const { key, cert, clientCa, requestHeaderCa = "" } = tls;
  return {
    key,
    cert,
    ...(clientCa === undefined ? {} : { ca: `${clientCa}\n${requestHeaderCa}` }),
  };
}

function http2Options(limits: ListenerLimits): ServerOptions {
  return {
    settings: {
      enablePush: false,
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.headerBytes,
      initialWindowSize: STREAM_WINDOW_BYTES,
    },
    maxHeaderListPairs: MAX_HEADER_PAIRS,
    maxSessionMemory: MAX_SESSION_MEGABYTES,
  };
}

/**
 * Only protocols that some answer can be given in; others are served as if nothing had been asked.
 * One with a body is an ordinary request: what comes behind it would be taken for the new protocol.
 */
function wantsUpgrade({ headers }: IncomingMessage): boolean {
  const protocol = headers.upgrade?.toLowerCase() ?? "";
  const length = headers["content-length"] ?? "0";
  if (length !== "0" || headers["transfer-encoding"] !== undefined) return false;
  return protocol === "websocket" || protocol.startsWith("spdy/");
}

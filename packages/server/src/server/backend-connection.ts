import { lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import type { Readable } from "node:stream";
import { type Backend, isGlobalUnicast } from "../registry/endpoints/node-backend.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ConnectAgent } from "./agent-connection.ts";

export interface BackendConnectionOptions {
  readonly connectAgent: ConnectAgent;
  readonly clock: Clock;
}

export interface BackendRequest extends Pick<Backend, "scheme" | "host" | "port" | "target"> {
  /** Whether it goes to a node's agent, in the server's name. */
  readonly agent: boolean;
  /** Whether a name that stands for this very machine or network is refused. */
  readonly checkAddress: boolean;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Readable | Uint8Array | undefined;
  /** Calls its callback when nobody waits for the answer any more. */
  readonly onClose: (callback: () => void) => void;
}

/** A name stands for nothing, or for an address that requests are not passed on to. */
export class BackendAddressError extends Error {
  override readonly name = "BackendAddressError";
}

/** How long a connection may take. @see kubernetes apimachinery util/net (dialer of transports) */
const DIAL_MS = 30_000;
/** How long one that is not used stays. @see go net/http DefaultTransport */
const IDLE_MS = 90_000;

/** Connections to agents, pods and services, kept for the next request. */
export class BackendConnections {
  readonly #options: BackendConnectionOptions;
  readonly #http: HttpAgent = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
  readonly #https: HttpsAgent = new HttpsAgent({ keepAlive: true, timeout: IDLE_MS });

  constructor(options: BackendConnectionOptions) {
    this.#options = options;
  }

  /** Resolves with the head of the answer. @throws what the system says, BackendAddressError */
  async send(request: BackendRequest): Promise<IncomingMessage> {
    const first = this.#open(request);
    try {
      return await answerOf(first);
    } catch (error) {
      // The backend has closed a connection that was kept; it has seen nothing of the request.
      if (!first.reusedSocket || request.body !== undefined || !wasReset(error)) throw error;
      return await answerOf(this.#open(request));
    }
  }

  #open(request: BackendRequest): ClientRequest {
    const outgoing =
      request.scheme === "https"
        ? httpsRequest(this.#secureOptions(request))
        : httpRequest({ ...plainOptions(request), agent: this.#http });
    request.onClose(() => outgoing.destroy());
    outgoing.once("socket", (socket) => this.#limitDial(socket, outgoing));
    sendBody(request.body, outgoing);
    return outgoing;
  }

  #secureOptions(request: BackendRequest): RequestOptions {
    const { agent, host, port } = request;
    const tls = agent
      ? this.#options.connectAgent({ host, port })
      : // A pod's certificate rests on nothing that the server knows of.
        { rejectUnauthorized: false };
    return { ...tls, ...plainOptions(request), agent: this.#https };
  }

  #limitDial(socket: Socket, outgoing: ClientRequest): void {
    if (!socket.connecting) return;
    const tooLate = (): void => {
      outgoing.destroy(Object.assign(new Error("i/o timeout"), { code: "ETIMEDOUT" }));
    };
    const cancel = this.#options.clock.after(DIAL_MS, tooLate);
    socket.once("encrypted" in socket ? "secureConnect" : "connect", cancel).once("close", cancel);
  }
}

function plainOptions(request: BackendRequest): RequestOptions {
  const { host, port, method, target, headers, checkAddress } = request;
  return {
    host,
    port,
    method,
    path: target,
    headers,
    ...(checkAddress ? { lookup: checkedLookup } : {}),
  };
}

function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on("error", reject).once("response", resolve);
    // Who asked for no other protocol gets none. @see Go net/http/httputil (handleUpgradeResponse)
    outgoing.once("upgrade", ({ headers }, socket) => {
      socket.destroy();
      const name = JSON.stringify(headers.upgrade ?? "");
      reject(new Error(`backend tried to switch protocol ${name} when "" was requested`));
    });
  });
}

function wasReset(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

/** Over HTTP/2 the source is the way of the answer, too: it is read, and never destroyed. */
function sendBody(body: BackendRequest["body"], outgoing: ClientRequest): void {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  body.pipe(outgoing);
  body.once("close", () => {
    if (!body.readableEnded) outgoing.destroy();
  });
}

/**
 * Finds the addresses of a name, and none where one of them is not to be reached from here.
 * @see kubernetes pkg/registry/core/node/strategy.go (isProxyableHostname)
 */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const problem =
      error !== null
        ? `lookup ${hostname}: no such host`
        : addresses.every(({ address }) => isGlobalUnicast(address))
          ? undefined
          : "address not allowed";
    if (problem !== undefined) callback(new BackendAddressError(problem), []);
    else callback(null, addresses);
  });
};

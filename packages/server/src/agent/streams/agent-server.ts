import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "../../client/client.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import type { RunningPods } from "../pods/running-pods.ts";
import { type AgentAnswer, refuseUpgrade, textAnswer } from "./agent-answer.ts";
import { serveAgentRequest } from "./agent-requests.ts";
import { type AgentRoute, nodeAccess, parseAgentRoute } from "./agent-routes.ts";
import { CallerCheck } from "./caller.ts";

/** PEM texts. */
export interface AgentServerTls {
  readonly key: string;
  readonly cert: string;
  /** Of client certificates, that of the API server among them. */
  readonly clientCa: string;
}

export interface AgentServerOptions {
  readonly tls: AgentServerTls;
  readonly nodeName: string;
  /** Speaks to the API server in the node's name; asked who callers are and whether they may. */
  readonly client: Client;
  readonly pods: RunningPods;
  readonly runtime: Pick<PodRuntime, "exec" | "attach" | "connect" | "onChange">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What a kubelet serves on port 10250: logs, exec, attach and port-forward of the pods of its node,
 * and what is known of them. Disposing of it ends all streams, and with them what exec started.
 */
export interface AgentServer extends AsyncDisposable {
  /** @param port - 0 picks a free one. @throws what the system says: `EADDRINUSE`, `EACCES` */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** New connections get these. @throws when key and certificate do not fit */
  setTls(tls: AgentServerTls): void;
}

export function createAgentServer(options: AgentServerOptions): AgentServer {
  return new HttpsAgentServer(options);
}

const HANDSHAKE_MS = 8_000;
const HEADERS_MS = 8_000;
const KEEP_ALIVE_MS = 60_000;
const PROBE_AFTER_MS = 15_000;
const HEADER_BYTES = 64 * 1024;

class HttpsAgentServer implements AgentServer {
  readonly #options: AgentServerOptions;
  readonly #server: Server;
  readonly #callers: CallerCheck;
  /** Connections that have become streams. */
  readonly #upgraded = new Set<Duplex>();
  /** Streams and answers under way. */
  readonly #running = new Set<Promise<void>>();
  readonly #counts = new Map<string, number>();

  constructor(options: AgentServerOptions) {
    this.#options = options;
    this.#callers = new CallerCheck(options);
    this.#server = createServer({
      ...secureContext(options.tls),
      requestCert: true,
      // Who shows another one is asked for a token.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
      headersTimeout: HEADERS_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES,
      ALPNProtocols: ["http/1.1"],
      // A client whose machine has gone is noticed.
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
    });
    this.#server.on("request", (message, response) => {
      this.#track(this.#onRequest(message, response));
    });
    this.#server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#track(this.#onUpgrade(message, socket, head));
    });
    this.#server.on("tlsClientError", (error, socket) => {
      options.logger.debug({ error }, "TLS handshake failed");
      socket.destroy();
    });
  }

  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        this.#server.on("error", (error) => {
          this.#options.logger.error({ error }, "the agent's server failed");
        });
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  setTls(tls: AgentServerTls): void {
    this.#server.setSecureContext(secureContext(tls));
    // Who comes back on a connection of before would be believed as before.
    this.#server.closeIdleConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, "close") : undefined;
    this.#server.close();
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    await Promise.all([closed, ...this.#running]);
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #onRequest(message: IncomingMessage, response: ServerResponse): Promise<void> {
    message.resume();
    try {
      const checked = await this.#check(message);
      const answer =
        "status" in checked
          ? checked
          : await serveAgentRequest(checked.route, checked.query, response, {
              ...this.#options,
              counts: { requests: this.#counts, streams: this.#upgraded.size },
            });
      if (answer !== undefined) sendAnswer(response, answer);
    } catch (error) {
      this.#options.logger.error({ error, path: pathOf(message) }, "a request failed");
      if (response.headersSent) response.destroy();
      else sendAnswer(response, textAnswer(500, "Internal Server Error"));
    }
    this.#count(message, response.statusCode);
  }

  async #onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#upgraded.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.#upgraded.delete(socket));
    try {
      const checked = await this.#check(message);
      if ("status" in checked) refuseUpgrade(socket, checked);
      else await this.#serveStreams(checked.route, checked.query, message, socket, head);
    } catch (error) {
      this.#options.logger.debug({ error, path: pathOf(message) }, "streams failed");
      socket.destroy();
    }
  }

  async #serveStreams(
    route: AgentRoute,
    query: URLSearchParams,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    if (route.kind !== "exec" && route.kind !== "attach" && route.kind !== "port-forward") {
      refuseUpgrade(socket, textAnswer(400, STATUS_CODES[400] ?? ""));
      return;
    }
    this.#count(message, 101);
    // Their code is loaded when the first streams are asked for.
    const { serveStreams } = await import("./agent-stream-endpoints.ts");
    await serveStreams(route, { message, socket, head, query }, this.#options);
  }

  /** What is asked for, or why it is not served to this caller. */
  async #check(
    message: IncomingMessage,
  ): Promise<{ readonly route: AgentRoute; readonly query: URLSearchParams } | AgentAnswer> {
    const { path, query } = splitTarget(message.url ?? "");
    const method = message.method ?? "";
    const caller = await this.#callers.authenticate(message).catch((error: unknown) => {
      this.#options.logger.error({ error }, "a caller cannot be authenticated");
      return undefined;
    });
    if (caller === undefined) return textAnswer(401, "Unauthorized");
    const access = nodeAccess(method, path);
    const what = `user=${caller.username}, verb=${access.verb}, resource=nodes`;
    try {
      if (!(await this.#callers.authorize(caller, access))) {
        const subresources = `[${access.subresources.join(" ")}]`;
        return textAnswer(403, `Forbidden (${what}, subresource(s)=${subresources})\n`);
      }
    } catch (error) {
      this.#options.logger.error({ error }, "a caller cannot be authorized");
      const [subresource = ""] = access.subresources;
      return textAnswer(500, `Authorization error (${what}, subresource=${subresource})`);
    }
    const route = parseAgentRoute(method, path);
    if ("kind" in route) return { route, query };
    const { status } = route;
    return textAnswer(status, status === 404 ? "404: Page Not Found" : "405: Method Not Allowed");
  }

  #count(message: IncomingMessage, code: number): void {
    const [, path = ""] = splitTarget(message.url ?? "").path.split("/");
    const bucket = KNOWN_PATHS.has(path) ? path : "other";
    const key = `${bucket} ${message.method ?? ""} ${code}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

/** Paths are the caller's to choose; these are counted under their own name. */
const KNOWN_PATHS: ReadonlySet<string> = new Set([
  "attach",
  "containerLogs",
  "exec",
  "healthz",
  "metrics",
  "pods",
  "portForward",
  "run",
  "runningpods",
  "stats",
]);

function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const at = target.indexOf("?");
  const path = at < 0 ? target : target.slice(0, at);
  return { path, query: new URLSearchParams(at < 0 ? "" : target.slice(at + 1)) };
}

/** Without the query: commands stand in it, and in those whatever their users know. */
function pathOf({ url = "" }: IncomingMessage): string {
  return splitTarget(url).path;
}

function secureContext({ key, cert, clientCa }: AgentServerTls): {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
} {
  return { key, cert, ca: clientCa };
}

function sendAnswer(response: ServerResponse, { status, headers, body }: AgentAnswer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

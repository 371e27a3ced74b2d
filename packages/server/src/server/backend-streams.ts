import { request as httpRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import { badRequest, bareError } from "../api/status-error.ts";
import { realSubprotocols } from "../authentication/websocket-token.ts";
import type { ApiResponse, TakenConnection } from "../http/exchange.ts";
import { forwardedHeaders, returnedHeaders } from "../http/proxy/proxied-headers.ts";
import type { Backend } from "../registry/endpoints/node-backend.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BackendCallOptions } from "./backend-call.ts";
import { BackendAddressError, checkedLookup } from "./backend-connection.ts";
import { dialErrorText } from "./dial-error.ts";

/** Who is asked to leave HTTP, with path and query there. */
export type StreamBackend = Omit<Backend, "prefix">;

/** How long an answer may take. @see kubernetes apimachinery util/net (dialer of transports) */
const ANSWER_MS = 30_000;
/** How long a client may take to see that its connection has ended. */
const LINGER_MS = 2_000;
/** A machine that is gone is noticed. */
const PROBE_AFTER_MS = 15_000;
/** Of a refusal. */
const MAX_REFUSAL_BYTES = 50_000;

/**
 * Asks an agent, a pod or a service to leave HTTP as the client asked, and answers with what joins
 * the two connections, or with what the other side says instead.
 * @throws StatusError 500 when nobody is there, 400 for an address that is not to be reached
 * @see apimachinery pkg/util/proxy/upgradeaware.go
 */
export async function openStreams(
  backend: StreamBackend,
  context: RequestContext,
  options: BackendCallOptions,
): Promise<ApiResponse> {
  const answer = await askBackend(backend, context, options);
  if (answer.statusCode === 101) {
    const { clock } = options;
    return {
      status: 101,
      headers: {},
      body: undefined,
      takeOver: (connection) => joinConnections(answer, connection, clock),
    };
  }
  const status = answer.statusCode ?? 500;
  if (status < 400) {
    answer.destroy();
    throw bareError(`invalid upgrade response: status code ${status}`);
  }
  const returned = returnedHeaders(answer.rawHeaders, answer.headers.connection);
  // Counted anew: a long text is cut.
  const { "content-length": _length, ...headers } = returned;
  return { status, headers, body: await textOf(answer) };
}

/** An answer with status 101 brings its connection. */
interface UpgradeAnswer extends IncomingMessage {
  upgraded?: TakenConnection;
}

function askBackend(
  backend: StreamBackend,
  context: RequestContext,
  options: BackendCallOptions,
): Promise<UpgradeAnswer> {
  const { clock } = options;
  const { request } = context;
  return new Promise((resolve, reject) => {
    const open = backend.scheme === "https" ? httpsRequest : httpRequest;
    const outgoing = open({
      ...placeOptions(backend, options),
      method: request.method,
      headers: passedHeaders(context, options.isUserHeader),
      agent: false,
    });
    const cancel = clock.after(ANSWER_MS, () => {
      outgoing.destroy(Object.assign(new Error("i/o timeout"), { code: "ETIMEDOUT" }));
    });
    outgoing.once("close", cancel);
    outgoing.once("upgrade", (answer: UpgradeAnswer, socket: Duplex, head: Buffer) => {
      cancel();
      answer.upgraded = { socket, head };
      // Until somebody joins it, and for those who go before.
      socket.on("error", ignore);
      request.onClose(() => socket.destroy());
      resolve(answer);
    });
    outgoing.once("response", (answer) => {
      cancel();
      resolve(answer);
    });
    outgoing.on("error", (error) => reject(dialError(error, backend)));
    request.onClose(() => outgoing.destroy());
    outgoing.end();
  });
}

function placeOptions(
  { scheme, host, port, target, agent }: StreamBackend,
  { connectAgent }: BackendCallOptions,
): RequestOptions {
  const place = { host, port, path: target };
  if (agent) return { ...connectAgent({ host, port }), ...place };
  // A pod's certificate rests on nothing that the server knows of.
  const tls = scheme === "https" ? { rejectUnauthorized: false } : {};
  return { ...tls, ...place, lookup: checkedLookup };
}

function dialError(error: Error, { host, port }: StreamBackend): Error {
  if (error instanceof BackendAddressError) return badRequest(error.message, error);
  return bareError(`error dialing backend: ${dialErrorText(error, host, port)}`, error);
}

/** The caller's, without what says who it is: a token may be among the protocols of a WebSocket. */
function passedHeaders(
  { request, info }: RequestContext,
  withheld: (name: string) => boolean,
): string[] {
  const uri = encodeURI(info.path.toWellFormed());
  const passed = forwardedHeaders({
    request,
    withheld: (name) => name === "sec-websocket-protocol" || withheld(name),
    uri,
  });
  const protocols = realSubprotocols(request.headers["sec-websocket-protocol"] ?? "").join(", ");
  if (protocols !== "") passed.push("Sec-WebSocket-Protocol", protocols);
  passed.push("Connection", "Upgrade", "Upgrade", request.headers.upgrade ?? "");
  return passed;
}

/** From here on, what one side sends the other gets, until one of them ends. */
function joinConnections(
  { rawHeaders, upgraded }: UpgradeAnswer,
  { socket: client, head }: TakenConnection,
  clock: Clock,
): void {
  if (upgraded === undefined) throw new Error("an agreement without a connection");
  const { socket: backend, head: first } = upgraded;
  const lines = [`HTTP/1.1 101 ${STATUS_CODES[101]}`];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    lines.push(`${rawHeaders[position]}: ${rawHeaders[position + 1]}`);
  }
  client.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (first.length > 0) client.write(first);
  if (head.length > 0) backend.write(head);
  for (const socket of [client, backend]) keepAlive(socket);
  client.pipe(backend);
  backend.pipe(client);
  client.once("close", () => backend.destroy());
  backend.once("close", () => endSoon(client, clock));
}

/** Lets what was written arrive; what still comes is nobody's. */
function endSoon(socket: Duplex, clock: Clock): void {
  socket.unpipe();
  socket.resume();
  socket.end();
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once("close", cancel);
}

function keepAlive(socket: Duplex): void {
  if ("setKeepAlive" in socket && typeof socket.setKeepAlive === "function") {
    socket.setKeepAlive(true, PROBE_AFTER_MS);
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAX_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_REFUSAL_BYTES).toString();
}

function ignore(): void {}

import { type IncomingMessage, STATUS_CODES } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { bareError } from "../api/status-error.ts";
import { realSubprotocols } from "../authentication/websocket-token.ts";
import type { ApiRequest, ApiResponse, TakenConnection } from "../http/exchange.ts";
import { returnedHeaders } from "../http/proxy/proxied-headers.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BackendConnectionOptions } from "./backend-connection.ts";
import { dialErrorText, hostPort } from "./dial-error.ts";

/** An agent, and path and query there. */
export interface StreamPlace {
  readonly host: string;
  readonly port: number;
  readonly target: string;
}

/** How long an agent may take to agree. @see kubernetes apimachinery util/net (dialer of transports) */
const ANSWER_MS = 30_000;
/** How long a client may take to see that its connection has ended. */
const LINGER_MS = 2_000;
/** A machine that is gone is noticed. */
const PROBE_AFTER_MS = 15_000;

/** What an agent needs to know of the request; nothing in it says who the caller is. */
const PASSED_HEADERS: readonly string[] = [
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "x-stream-protocol-version",
  "origin",
  "user-agent",
];

/**
 * Asks an agent to leave HTTP as the client asked, and answers with what joins the two connections,
 * or with what the agent says instead.
 * @throws StatusError 500 when nobody is there
 * @see apimachinery pkg/util/proxy/upgradeaware.go
 */
export async function openStreams(
  place: StreamPlace,
  request: ApiRequest,
  options: BackendConnectionOptions,
): Promise<ApiResponse> {
  const answer = await askAgent(place, request, options);
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
interface AgentAnswer extends IncomingMessage {
  upgraded?: TakenConnection;
}

function askAgent(
  { host, port, target }: StreamPlace,
  request: ApiRequest,
  { connectAgent, clock }: BackendConnectionOptions,
): Promise<AgentAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      ...connectAgent({ host, port }),
      host,
      port,
      path: target,
      method: request.method,
      headers: passedHeaders(request, hostPort(host, port)),
      agent: false,
    });
    const cancel = clock.after(ANSWER_MS, () => {
      outgoing.destroy(Object.assign(new Error("i/o timeout"), { code: "ETIMEDOUT" }));
    });
    outgoing.once("close", cancel);
    outgoing.once("upgrade", (answer: AgentAnswer, socket: Duplex, head: Buffer) => {
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
    outgoing.on("error", (error) => {
      reject(bareError(`error dialing backend: ${dialErrorText(error, host, port)}`, error));
    });
    request.onClose(() => outgoing.destroy());
    outgoing.end();
  });
}

function passedHeaders(
  { headers, rawHeaders, upgrade, remoteAddress }: ApiRequest,
  host: string,
): string[] {
  const passed = [
    "Host",
    host,
    "Connection",
    "Upgrade",
    "Upgrade",
    headers.upgrade ?? upgrade ?? "",
  ];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const name = rawHeaders[position] ?? "";
    if (PASSED_HEADERS.includes(name.toLowerCase()))
      passed.push(name, rawHeaders[position + 1] ?? "");
  }
  // A token may be among them.
  const protocols = realSubprotocols(headers["sec-websocket-protocol"] ?? "").join(", ");
  if (protocols !== "") passed.push("Sec-WebSocket-Protocol", protocols);
  passed.push("Content-Length", "0", "X-Forwarded-For", remoteAddress);
  return passed;
}

/** From here on, what one side sends the other gets, until one of them ends. */
function joinConnections(
  { rawHeaders, upgraded }: AgentAnswer,
  { socket: client, head }: TakenConnection,
  clock: Clock,
): void {
  if (upgraded === undefined) throw new Error("an agreement without a connection");
  const { socket: agent, head: first } = upgraded;
  const lines = [`HTTP/1.1 101 ${STATUS_CODES[101]}`];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    lines.push(`${rawHeaders[position]}: ${rawHeaders[position + 1]}`);
  }
  client.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (first.length > 0) client.write(first);
  if (head.length > 0) agent.write(head);
  for (const socket of [client, agent]) keepAlive(socket);
  client.pipe(agent);
  agent.pipe(client);
  client.once("close", () => agent.destroy());
  agent.once("close", () => endSoon(client, clock));
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

/** Of an agent's refusal. */
const MAX_REFUSAL_BYTES = 50_000;

function ignore(): void {}

import { type IncomingHttpHeaders, METHODS, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { chunksOf } from "./body-length.ts";
import type { Connection } from "./connection.ts";
import { type ApiRequest, type ApiResponse, isStreamBody } from "./exchange.ts";
import type { ExchangeRunner } from "./exchange-runner.ts";
import type { Http1Refusal } from "./http1-refusal.ts";
import { parseRequestTarget } from "./request-target.ts";

interface PlainAnswer {
  readonly status: number;
  readonly headers: { readonly "Content-Type": string; readonly Connection: string };
  readonly body: string;
}

/** What Go's HTTP server answers to a request that it cannot read. */
export const badRequestAnswer: PlainAnswer = {
  status: 400,
  headers: { "Content-Type": "text/plain; charset=utf-8", Connection: "close" },
  body: "400 Bad Request",
};

/** The same for a request that is refused for a reason of its own. */
export function refusalAnswer(refusal: Http1Refusal | undefined): PlainAnswer {
  if (refusal === undefined) return badRequestAnswer;
  const { status, text } = refusal;
  return { ...badRequestAnswer, status, body: text };
}

const headerTooLargeAnswer: ApiResponse = {
  status: 431,
  headers: { "Content-Type": "text/plain; charset=utf-8", Connection: "close" },
  body: "431 Request Header Fields Too Large",
};

/**
 * Writes an answer to a socket that Node's HTTP server has given up or handed over, and ends the
 * connection.
 * @param head - Whether the request was a HEAD, which gets no body.
 */
export function writeRawResponse(socket: Duplex, answer: ApiResponse, head: boolean): void {
  if (socket.destroyed || !socket.writable) return;
  const { status, headers, body } = answer;
  // A watch cannot be refused: what streams is not sent this way.
  const bytes = isStreamBody(body) ? Buffer.alloc(0) : Buffer.concat([...chunksOf(body)]);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`];
  for (const name in headers) {
    const value = headers[name];
    if (name === "Connection" || value === undefined) continue;
    for (const item of typeof value === "string" ? [value] : value) lines.push(`${name}: ${item}`);
  }
  lines.push(`Content-Length: ${bytes.length}`, "Connection: close", "", "");
  const text = Buffer.from(lines.join("\r\n"), "latin1");
  socket.end(head ? text : Buffer.concat([text, bytes]));
}

/** What Node reports about bytes that are no request to it. */
export interface ParseFailure {
  readonly code?: string;
  /** What came last, which may begin within another request. */
  readonly rawPacket?: Buffer;
  /** How far into it Node has read. */
  readonly bytesParsed?: number;
}

/**
 * Answers what Node's parser refused. A method unknown to Node is no fault: upstream routes it, and
 * an authorized caller is told 405. Such a request is read here, without a body, where it is the
 * first: bytes before it are of a request that has been served.
 */
export function answerUnparsedRequest(
  error: ParseFailure,
  socket: Duplex,
  connection: Connection,
  runner: ExchangeRunner,
): void {
  if (error.code === "HPE_HEADER_OVERFLOW") {
    writeRawResponse(socket, headerTooLargeAnswer, false);
    return;
  }
  if (error.code === "HPE_INVALID_METHOD" && error.rawPacket !== undefined) {
    const request = readHead(error.rawPacket.toString("latin1"), socket, connection);
    if (request !== undefined && isRefused(request.method, error)) {
      runner.run(request, (answer) => {
        runner.answered();
        writeRawResponse(socket, answer, request.method === "HEAD");
      });
      return;
    }
  }
  if (error.code?.startsWith("HPE_") === true) writeRawResponse(socket, badRequestAnswer, false);
  else socket.destroy();
}

/** Whether this method is what the parser has stumbled over: one that it knows stands before that. */
function isRefused(method: string, { bytesParsed = 0 }: ParseFailure): boolean {
  return bytesParsed <= method.length && !METHODS.includes(method);
}

/** A token of RFC 9110 §5.6.2, a target without spaces, the version. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\s]+) HTTP\/1\.[01]$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

function readHead(text: string, socket: Duplex, connection: Connection): ApiRequest | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [requestLine = "", ...fields] = text.slice(0, end).split("\r\n");
  const line = REQUEST_LINE.exec(requestLine);
  const target = parseRequestTarget(line?.[2] ?? "");
  if (line === null || target === undefined) return undefined;
  const rawHeaders: string[] = [];
  const headers: IncomingHttpHeaders = Object.create(null) as IncomingHttpHeaders;
  for (const field of fields) {
    const match = FIELD_LINE.exec(field);
    if (match === null) return undefined;
    const [, name = "", value = ""] = match;
    rawHeaders.push(name, value);
    const known = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = known === undefined ? value : `${String(known)}, ${value}`;
  }
  if (headers.host === undefined) return undefined;
  return {
    method: line[1] ?? "",
    path: target.path,
    rawQuery: target.rawQuery,
    headers,
    rawHeaders,
    protocol: "HTTP/1.1",
    clientCertificate: connection.clientCertificate,
    remoteAddress: connection.remoteAddress,
    body: () => new Uint8Array(0),
    onClose: (callback) => {
      socket.once("close", callback);
    },
  };
}

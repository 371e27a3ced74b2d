import { type OutgoingHttpHeaders, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { writeMostlyPlainJson } from "../../api/encode-json-text.ts";

/** A short answer of the agent's server. */
export interface AgentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };

/** A text as kubelets answer it, most of them without a newline: kubectl repeats it to its user. */
export function textAnswer(status: number, body: string): AgentAnswer {
  return { status, headers: TEXT, body };
}

export function jsonAnswer(body: object): AgentAnswer {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: writeMostlyPlainJson(body),
  };
}

/** Writes an answer to a connection that was to be upgraded, and ends it. */
export function refuseUpgrade(socket: Duplex, { status, headers, body }: AgentAnswer): void {
  const length = Buffer.byteLength(body);
  const all: OutgoingHttpHeaders = { ...headers, "content-length": length, connection: "close" };
  socket.end(`${responseHead(status, all)}${body}`);
}

/** Tells the client that the connection speaks another protocol from here on. */
export function switchProtocols(socket: Duplex, headers: OutgoingHttpHeaders): void {
  socket.write(responseHead(101, { connection: "Upgrade", ...headers }));
}

function responseHead(status: number, headers: OutgoingHttpHeaders): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`];
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) lines.push(`${name}: ${each}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { realSubprotocols } from "../authentication/websocket-token.ts";
import { acceptWebSocket } from "../web-socket/accept-web-socket.ts";
import type { ApiResponse, StreamBody, StreamSink } from "./exchange.ts";
import type { ExchangeRunner } from "./exchange-runner.ts";
import { writeRawResponse } from "./raw-response.ts";
import { ignoreError, WritableSink } from "./response-body.ts";
import type { UpgradeConnection } from "./upgrade.ts";

/** How parts of a stream become messages. */
interface Framing {
  /** To be agreed on; empty for none. */
  readonly protocol: string;
  readonly message: (part: Buffer) => Buffer | string;
  /** An empty message comes first. */
  readonly greets: boolean;
}

const NORMAL_CLOSURE = 1000;
/** Clients have nothing to say here. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * Sends what would be streamed over HTTP as messages of a WebSocket: the events of a watch one by
 * one, a log as it comes. What the client sends is dropped.
 * @see apiserver pkg/endpoints/handlers/watch.go (HandleWS) · k8s.io/streaming wsstream/stream.go
 */
export async function streamOverWebSocket(
  upgrade: UpgradeConnection,
  answer: ApiResponse,
  body: StreamBody,
  runner: ExchangeRunner,
): Promise<void> {
  const { message, socket, head } = upgrade;
  if (message.headers.upgrade?.toLowerCase() !== "websocket") {
    streamUntilEnd(socket, answer, body, runner);
    return;
  }
  const framing = chooseFraming(upgrade, answer);
  if (typeof framing === "number") {
    writeRawResponse(socket, { status: framing, headers: {}, body: undefined }, false);
    runner.answered();
    return;
  }
  const options = { protocol: framing.protocol, maxMessageBytes: MAX_MESSAGE_BYTES };
  let webSocket: WebSocket;
  try {
    webSocket = await acceptWebSocket(message, socket, head, options);
  } catch (error) {
    runner.answered();
    const refusal = { status: 400, headers: {}, body: (error as Error).message };
    writeRawResponse(socket, refusal, false);
    return;
  }
  const sink = new WebSocketSink(webSocket, socket, framing);
  runner.streaming(sink);
  body.start(sink);
}

/** @returns the status of a refusal where there is none */
function chooseFraming({ message }: UpgradeConnection, { headers }: ApiResponse): Framing | number {
  const offered = realSubprotocols(message.headers["sec-websocket-protocol"] ?? "").filter(
    (protocol) => protocol !== "",
  );
  const contentType = String(headers["content-type"] ?? headers["Content-Type"] ?? "");
  const isProtobuf = contentType.includes("stream=watch");
  if (!isProtobuf && contentType !== "application/json") return readerFraming(offered);
  // Go's library takes a watcher for a browser, which has an origin.
  if (message.headers.origin === undefined) return 403;
  if (offered.length > 1) return 400;
  const [protocol = ""] = offered;
  // Messages have limits of their own, so the length in front of an event goes.
  return isProtobuf
    ? { protocol, message: (part) => part.subarray(4), greets: false }
    : { protocol, message: (part) => part.toString(), greets: false };
}

function readerFraming(offered: readonly string[]): Framing | number {
  const protocol = offered.length === 0 ? "" : offered.find((each) => READERS.has(each));
  if (protocol === undefined) return 403;
  return protocol.startsWith("base64.")
    ? { protocol, message: (part) => part.toString("base64"), greets: true }
    : { protocol, message: (part) => part, greets: true };
}

const READERS: ReadonlySet<string> = new Set(["binary.k8s.io", "base64.binary.k8s.io"]);

/** The sending end of a stream over a WebSocket. */
class WebSocketSink implements StreamSink {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #framing: Framing;

  constructor(webSocket: WebSocket, socket: Duplex, framing: Framing) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#framing = framing;
    webSocket.on("error", ignoreError);
    if (framing.greets) webSocket.send(framing.message(Buffer.alloc(0)));
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return false;
    const part = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
    this.#webSocket.send(this.#framing.message(part));
    return !this.#socket.writableNeedDrain;
  }

  buffered(): number {
    return this.#socket.writableLength;
  }

  onDrain(callback: () => void): void {
    if (this.#socket.writableNeedDrain) this.#socket.once("drain", callback);
    else callback();
  }

  end(): void {
    this.#webSocket.close(NORMAL_CLOSURE);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  onClose(callback: () => void): void {
    if (this.#socket.destroyed) callback();
    else this.#socket.once("close", callback);
  }
}

/** A stream for a client that asked for something else: as over HTTP/1.0, up to the end. */
function streamUntilEnd(
  socket: Duplex,
  { status, headers }: ApiResponse,
  body: StreamBody,
  runner: ExchangeRunner,
): void {
  const lines = [`HTTP/1.1 ${status} OK`, "Connection: close"];
  for (const [name, value] of Object.entries(headers)) {
    for (const each of [value].flat()) lines.push(`${name}: ${each}`);
  }
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const sink = new WritableSink(socket, () => socket.destroy());
  runner.streaming(sink);
  body.start(sink);
}

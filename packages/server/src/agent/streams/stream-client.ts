/**
 * The client's side of exec, attach and port-forward, for runtimes that serve them at a URL of their
 * own, as a CRI runtime does: SPDY/3.1, which all of them speak.
 * @see kubernetes staging/src/k8s.io/client-go/tools/{remotecommand,portforward}
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { Clock } from "../../runtime/clock.ts";
import {
  type AttachRequest,
  type ByteStream,
  type ContainerProcess,
  RuntimeError,
} from "../pod-runtime.ts";
import { remoteProcess } from "./remote-process.ts";
import { socketStream } from "./socket-stream.ts";
import { SpdyConnection } from "./spdy-connection.ts";
import { IDLE_MS } from "./stream-timeouts.ts";

export interface StreamClientOptions {
  readonly clock: Clock;
  /** TLS, headers and the like; the target comes from the URL. */
  readonly request?: RequestOptions;
}

/** What is behind a URL: a command to be run, or a container's own process. */
export interface CommandUrl extends AttachRequest {
  readonly kind: "exec" | "attach";
  readonly url: string;
}

const COMMAND_PROTOCOLS: readonly string[] = [
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
];
const FORWARD_PROTOCOLS: readonly string[] = ["portforward.k8s.io"];

/**
 * Opens the streams of an exec or attach. A command that cannot be started is told by `ended`.
 * @throws RuntimeError `not-found`, `unavailable`
 */
export async function openCommandUrl(
  { kind, url, stdin, tty }: CommandUrl,
  options: StreamClientOptions,
): Promise<ContainerProcess> {
  const { connection, protocol } = await dial(url, COMMAND_PROTOCOLS, options);
  try {
    return await remoteProcess(connection, { kind, protocol, stdin, tty });
  } catch (cause) {
    await connection.close();
    throw new RuntimeError("unavailable", `streams to ${kind} cannot be opened`, { cause });
  }
}

/**
 * Connects to a port of the pod that a URL of a port-forward stands for.
 * @throws RuntimeError `not-found`, `unavailable`, `connect-failed`
 */
export async function openForwardUrl(
  url: string,
  port: number,
  options: StreamClientOptions,
): Promise<ByteStream> {
  const { connection } = await dial(url, FORWARD_PROTOCOLS, options);
  const headers = (streamtype: string) =>
    new Map(Object.entries({ streamtype, port: String(port), requestid: "0" }));
  try {
    const errors = await connection.open(headers("error"));
    errors.end();
    const data = await connection.open(headers("data"));
    const problem = readText(errors.readable);
    return {
      readable: untilProblem(data.readable, problem),
      write: (bytes) => data.write(bytes),
      end: () => data.end(),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  } catch (cause) {
    await connection.close();
    throw new RuntimeError("connect-failed", `port ${port} cannot be forwarded`, { cause });
  }
}

/** What comes of a port; a failure that is told beside it ends it. */
async function* untilProblem(
  readable: AsyncIterable<Uint8Array>,
  problem: Promise<string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* readable;
  } catch (cause) {
    const text = await problem;
    throw new RuntimeError("connect-failed", text === "" ? "the connection broke off" : text, {
      cause,
    });
  }
}

/** All of a short text; empty when it breaks off. */
export async function readText(readable: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of readable) chunks.push(chunk);
  } catch {
    // The connection has ended; what was said before counts.
  }
  return Buffer.concat(chunks).toString();
}

async function dial(
  url: string,
  protocols: readonly string[],
  options: StreamClientOptions,
): Promise<{ readonly connection: SpdyConnection; readonly protocol: string }> {
  const { clock } = options;
  const { socket, head, answer } = await upgrade(url, protocols, options);
  const transport = socketStream(socket, head);
  const connection = new SpdyConnection({ transport, role: "client", idleMs: IDLE_MS, clock });
  return { connection, protocol: String(answer.headers["x-stream-protocol-version"] ?? "") };
}

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly answer: IncomingMessage;
}

function upgrade(
  url: string,
  protocols: readonly string[],
  { request }: StreamClientOptions,
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...request?.headers,
      connection: "Upgrade",
      upgrade: "SPDY/3.1",
      "x-stream-protocol-version": [...protocols],
      "content-length": 0,
    };
    const open = url.startsWith("https:") ? httpsRequest : httpRequest;
    const outgoing: ClientRequest = open(url, {
      ...request,
      method: "POST",
      headers,
      agent: false,
    });
    outgoing.on("upgrade", (answer: IncomingMessage, socket: Duplex, head: Buffer) => {
      resolve({ answer, socket, head });
    });
    outgoing.on("response", (answer) => {
      void readText(answer).then((text) => {
        const code = answer.statusCode === 404 ? "not-found" : "unavailable";
        reject(new RuntimeError(code, `unable to upgrade connection: ${text.trim()}`));
      });
    });
    outgoing.on("error", (cause) => {
      reject(new RuntimeError("unavailable", "unable to connect", { cause }));
    });
    outgoing.end();
  });
}

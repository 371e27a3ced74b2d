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
import { outlastingStream } from "./socket-stream.ts";
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
      readable: untilProblem(data.readable, problem, options.clock),
      write: (bytes) => data.write(bytes),
      end: () => data.end(),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  } catch (cause) {
    await connection.close();
    throw new RuntimeError("connect-failed", `port ${port} cannot be forwarded`, { cause });
  }
}

/** How long a failure may take that is told after the stream has ended. */
const PROBLEM_MS = 2_000;
/** What the far end says in front of what its runtime told it. */
const PREFIX = /^error forwarding port \d+ to pod \S+, uid \S*: /;

/**
 * What comes of a port. A failure that is told beside it ends it: servers reset the stream then, or
 * end it without a byte.
 */
async function* untilProblem(
  readable: AsyncIterable<Uint8Array>,
  problem: Promise<string>,
  clock: Clock,
): AsyncGenerator<Uint8Array, void, undefined> {
  let isEmpty = true;
  try {
    for await (const bytes of readable) {
      isEmpty = false;
      yield bytes;
    }
  } catch (cause) {
    throw forwardError(await problem, cause);
  }
  if (!isEmpty) return;
  const stop = new AbortController();
  const text = await Promise.race([problem, clock.sleep(PROBLEM_MS, stop.signal)]);
  stop.abort();
  if (text) throw forwardError(text);
}

function forwardError(text: string, cause?: unknown): RuntimeError {
  const message = text.replace(PREFIX, "");
  return new RuntimeError("connect-failed", message === "" ? "the connection broke off" : message, {
    cause,
  });
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
  const transport = outlastingStream(socket, head);
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

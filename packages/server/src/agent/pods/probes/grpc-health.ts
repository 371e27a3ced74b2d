import { type ClientHttp2Session, connect } from "node:http2";
import type { Clock } from "../../../runtime/clock.ts";
import { grpcCodeName, grpcErrorText } from "../../../runtime/grpc-error.ts";
import { decodeGrpcMessage, GrpcReply, parseGrpcStatus } from "./grpc-reply.ts";
import { describeNetworkError } from "./network-error.ts";

export interface GrpcHealthRequest {
  readonly host: string;
  readonly port: number;
  /** Empty: the server as a whole. */
  readonly service: string;
  readonly timeoutMs: number;
}

export interface GrpcHealth {
  readonly serving: boolean;
  /** As a kubelet words it. */
  readonly text: string;
}

const PATH = "/grpc.health.v1.Health/Check";
const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const UNIMPLEMENTED = 12;
const DEADLINE_EXCEEDED = 4;
/** While nobody listens, it is tried again until the time is over. */
const RETRY_MS = 100;

/**
 * Asks a gRPC server for its health, without TLS. Never throws.
 * @see kubernetes pkg/probe/grpc/grpc.go · grpc/doc/health-checking.md
 */
export async function checkGrpcHealth(
  request: GrpcHealthRequest,
  clock: Clock,
): Promise<GrpcHealth> {
  const { host, port, service, timeoutMs } = request;
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const deadline = new AbortController();
  const cancel = clock.after(timeoutMs, () => deadline.abort());
  const { signal } = deadline;
  try {
    const session = await openSession(`http://${address}`, clock, signal);
    if (session === undefined) {
      const within = `within ${timeoutMs / 1000}s: context deadline exceeded`;
      return unhealthy(`timeout: failed to connect service "${address}" ${within}`);
    }
    try {
      return judge(await call(session, service, signal), timeoutMs);
    } finally {
      session.destroy();
    }
  } catch (error) {
    if (signal.aborted) return unhealthy(timedOut(timeoutMs));
    const reason =
      error instanceof GrpcError ? error.message : describeNetworkError(error, address);
    return unhealthy(`error: health rpc probe failed: ${reason}`);
  } finally {
    cancel();
  }
}

function unhealthy(text: string): GrpcHealth {
  return { serving: false, text };
}

function timedOut(timeoutMs: number): string {
  return `timeout: health rpc did not complete within ${timeoutMs / 1000}s`;
}

/** Undefined when the time is over before anybody listens. */
async function openSession(
  url: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<ClientHttp2Session | undefined> {
  while (!signal.aborted) {
    const session = connect(url);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = (): void => resolve(false);
    session.once("connect", () => resolve(true));
    // Kept for errors that follow: an emitter without a listener would end the process.
    session.on("error", giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    const opened = await promise;
    signal.removeEventListener("abort", giveUp);
    if (opened) return session;
    session.destroy();
    await clock.sleep(RETRY_MS, signal);
  }
  return undefined;
}

interface Reply {
  /** Of gRPC; 0 is well. */
  readonly code: number;
  readonly message: string;
  /** The beginning of it. */
  readonly body: Buffer;
}

/** What the other side has said is no answer. The message is whole. */
class GrpcError extends Error {}

function call(session: ClientHttp2Session, service: string, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const stream = session.request(
      {
        ":method": "POST",
        ":path": PATH,
        "content-type": "application/grpc",
        te: "trailers",
        "user-agent": "kube-probe/1.36",
      },
      { signal },
    );
    const reply = new GrpcReply();
    let status = "";
    let message = "";
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers["grpc-status"] !== undefined) status = String(headers["grpc-status"]);
      if (headers["grpc-message"] !== undefined) message = String(headers["grpc-message"]);
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("data", (chunk: Buffer) => {
      const problem = reply.add(chunk);
      if (problem !== undefined) stream.destroy(new GrpcError(problem));
    });
    stream.on("error", reject);
    stream.on("end", () => {
      const code = parseGrpcStatus(status);
      if (status === "") reject(new Error("EOF"));
      else if (typeof code === "string") reject(new GrpcError(code));
      else resolve({ code, message: decodeGrpcMessage(message), body: reply.start });
    });
    stream.end(frame(service));
  });
}

/** One message: not compressed, its length, the name of the service as field 1. */
function frame(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.byteLength === 0 ? name : Buffer.concat([tagAndLength(name), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

function tagAndLength({ byteLength }: Buffer): Buffer {
  const bytes = [0x0a];
  let rest = byteLength;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function judge({ code, message, body }: Reply, timeoutMs: number): GrpcHealth {
  if (code === UNIMPLEMENTED) {
    return unhealthy(
      `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`,
    );
  }
  if (code === DEADLINE_EXCEEDED) return unhealthy(timedOut(timeoutMs));
  if (code !== 0) {
    const reason = grpcErrorText(grpcCodeName(code), message);
    return unhealthy(`error: health rpc probe failed: ${reason}`);
  }
  // Field 1, a small number; left out when it is zero.
  const status = body.at(5) === 0x08 ? (body.at(6) ?? 0) : 0;
  if (status === 1) return { serving: true, text: "service healthy" };
  return unhealthy(`service unhealthy (responded with "${STATUSES[status] ?? status}")`);
}

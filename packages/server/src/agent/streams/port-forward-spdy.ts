import type { Clock } from "../../runtime/clock.ts";
import type { ByteStream } from "../pod-runtime.ts";
import { type ConnectPort, forwardConnection, forwardFailure, parsePort } from "./port-forward.ts";
import { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyHeaders } from "./spdy-header-block.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import { IDLE_MS, STREAM_CREATION_MS } from "./stream-timeouts.ts";

export const SPDY_FORWARD_PROTOCOLS: readonly string[] = ["portforward.k8s.io"];

/** Names are in lower case on the wire. */
const STREAM_TYPE = "streamtype";
const PORT = "port";
const REQUEST_ID = "requestid";

/** The two streams of one forwarded connection. */
interface StreamPair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly cancel: () => void;
}

export interface PortForwardOptions {
  readonly connect: ConnectPort;
  /** The runtime's id of the pod, for texts. */
  readonly podId: string;
  readonly clock: Clock;
}

/**
 * Forwards connections to ports of a pod over SPDY: for each a stream of data and one that only tells
 * of failures. Resolves when the client has gone.
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/portforward/httpstream.go
 */
export async function servePortForward(
  transport: ByteStream,
  options: PortForwardOptions,
): Promise<void> {
  const { clock } = options;
  const pairs = new Map<string, StreamPair>();
  await using connection = new SpdyConnection({
    transport,
    role: "server",
    accepts: isForwardStream,
    onStream: (stream) => addStream(pairs, stream, options),
    idleMs: IDLE_MS,
    clock,
  });
  await connection.closed;
  for (const { cancel } of pairs.values()) cancel();
}

function isForwardStream(headers: SpdyHeaders): boolean {
  const type = headers.get(STREAM_TYPE);
  return (type === "data" || type === "error") && parsePort(headers.get(PORT) ?? "") !== undefined;
}

function addStream(
  pairs: Map<string, StreamPair>,
  stream: SpdyStream,
  options: PortForwardOptions,
): void {
  const type = stream.headers.get(STREAM_TYPE) === "data" ? "data" : "error";
  const id = requestId(stream, type);
  const pair = pairs.get(id) ?? addPair(pairs, id, options.clock);
  if (pair[type] !== undefined) {
    void tell(
      pair.error,
      `error processing stream for request ${id}: ${type} stream already assigned`,
    );
    stream.reset();
    return;
  }
  pair[type] = stream;
  const { data, error } = pair;
  if (data === undefined || error === undefined) return;
  pair.cancel();
  pairs.delete(id);
  void forward(data, error, options);
}

/** What belongs together. Very old clients do not say it, and open both streams in turn. */
function requestId(stream: SpdyStream, type: "data" | "error"): string {
  const given = stream.headers.get(REQUEST_ID) ?? "";
  return given !== "" ? given : String(type === "error" ? stream.id : stream.id - 2);
}

function addPair(pairs: Map<string, StreamPair>, id: string, clock: Clock): StreamPair {
  const pair: StreamPair = {
    cancel: clock.after(STREAM_CREATION_MS, () => {
      pairs.delete(id);
      pair.data?.reset();
      const text = `(request=${id}) timed out waiting for streams`;
      void tell(pair.error, text).then(() => pair.error?.end());
    }),
  };
  pairs.set(id, pair);
  return pair;
}

async function tell(error: SpdyStream | undefined, text: string): Promise<void> {
  try {
    await error?.write(Buffer.from(text));
  } catch {
    // Whoever has gone is told nothing.
  }
}

async function forward(
  data: SpdyStream,
  error: SpdyStream,
  { connect, podId, clock }: PortForwardOptions,
): Promise<void> {
  const port = parsePort(data.headers.get(PORT) ?? "") ?? 0;
  try {
    await forwardConnection(data, () => connect(port), clock);
  } catch (failure) {
    await tell(error, forwardFailure(port, podId, failure));
    data.reset();
  }
  error.end();
}

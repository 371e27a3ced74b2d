import type { Clock } from "../../runtime/clock.ts";
import type { ByteStream } from "../pod-runtime.ts";
import { encodeStatus } from "./command-status.ts";
import type { RemoteCommandOptions, RemoteCommandStreams } from "./remote-command-streams.ts";
import { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyHeaders } from "./spdy-header-block.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import { StreamError } from "./stream-error.ts";
import { IDLE_MS, STREAM_CREATION_MS } from "./stream-timeouts.ts";

/** Best first. Version 5 is WebSocket's alone, as upstream. */
export const SPDY_COMMAND_PROTOCOLS: readonly string[] = [
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
];

const STREAM_TYPES = ["error", "stdin", "stdout", "stderr", "resize"] as const;
type StreamType = (typeof STREAM_TYPES)[number];

/** The name of the header; names are in lower case on the wire. */
const STREAM_TYPE = "streamtype";

/**
 * The streams of an exec or an attach over SPDY, once the client has opened all that it asked for:
 * one for each, and one for the status.
 * @param protocol - One of `SPDY_COMMAND_PROTOCOLS`.
 * @throws StreamError `timed-out`, `closed`; the connection has ended then
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/httpstream.go
 */
export async function acceptSpdyCommand(
  transport: ByteStream,
  protocol: string,
  options: RemoteCommandOptions,
  clock: Clock,
): Promise<RemoteCommandStreams> {
  const found = new Map<StreamType, SpdyStream>();
  const wanted = expectedStreams(options, protocol);
  const complete = Promise.withResolvers<void>();
  const accepts = (headers: SpdyHeaders): boolean => {
    const type = headers.get(STREAM_TYPE) as StreamType;
    return STREAM_TYPES.includes(type) && !found.has(type);
  };
  const onStream = (stream: SpdyStream): void => {
    found.set(stream.headers.get(STREAM_TYPE) as StreamType, stream);
    if (wanted.every((type) => found.has(type))) complete.resolve();
  };
  const role = "server";
  const connection = new SpdyConnection({
    transport,
    role,
    accepts,
    onStream,
    idleMs: IDLE_MS,
    clock,
  });
  const stop = new AbortController();
  const late = clock.sleep(STREAM_CREATION_MS, stop.signal);
  await Promise.race([complete.promise, connection.closed, late]);
  stop.abort();
  const error = found.get("error");
  if (error === undefined || !wanted.every((type) => found.has(type))) {
    await connection.close();
    throw new StreamError("timed-out", "timed out waiting for client to create streams");
  }
  const asText = protocol !== "v4.channel.k8s.io";
  return {
    stdin: options.stdin ? found.get("stdin")?.readable : undefined,
    stdout: options.stdout ? found.get("stdout") : undefined,
    stderr: options.stderr ? found.get("stderr") : undefined,
    resize: found.get("resize")?.readable,
    closed: connection.closed,
    begin: async () => {},
    writeStatus: (status) => error.write(encodeStatus(status, asText)),
    close: async () => {
      // An end in order, where a reset would tell of a failure.
      for (const stream of found.values()) stream.end();
      await connection.close();
    },
  };
}

function expectedStreams(options: RemoteCommandOptions, protocol: string): StreamType[] {
  const resizes = protocol === "v4.channel.k8s.io" || protocol === "v3.channel.k8s.io";
  return STREAM_TYPES.filter((type) => {
    if (type === "error") return true;
    return type === "resize" ? options.tty && resizes : options[type];
  });
}

import type { WebSocket } from "ws";
import type { Clock } from "../../runtime/clock.ts";
import { encodeStatus } from "./command-status.ts";
import type { RemoteCommandOptions, RemoteCommandStreams } from "./remote-command-streams.ts";
import { WebSocketChannels } from "./web-socket-channels.ts";

/** No subprotocol at all is version 1. Those in base64 are for browsers of old. */
export const WEB_SOCKET_COMMAND_PROTOCOLS: readonly string[] = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "channel.k8s.io",
  "base64.channel.k8s.io",
  "",
];

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;

/**
 * The streams of an exec or an attach over a WebSocket. The first message is an empty one on the
 * first output there is. Upstream's comes with the answer to the upgrade, which clients of 1.30 to
 * 1.32 are not always ready for: here it comes when there is a command.
 * @param protocol - One of `WEB_SOCKET_COMMAND_PROTOCOLS`.
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/websocket.go
 */
export function acceptWebSocketCommand(
  socket: WebSocket,
  protocol: string,
  options: RemoteCommandOptions,
  clock: Clock,
): RemoteCommandStreams {
  const channels = new WebSocketChannels(socket, {
    readable: options.stdin ? [STDIN, RESIZE] : [RESIZE],
    count: RESIZE + 1,
    base64: protocol.includes("base64."),
    closeSignal: protocol === "v5.channel.k8s.io",
    clock,
  });
  const output = (channel: number) => ({
    write: (bytes: Uint8Array) => channels.write(channel, bytes),
  });
  const first = options.stdout ? STDOUT : options.stderr ? STDERR : ERROR;
  const asText = !/^v[45]\./.test(protocol);
  return {
    stdin: options.stdin ? channels.readable(STDIN) : undefined,
    stdout: options.stdout ? output(STDOUT) : undefined,
    stderr: options.stderr ? output(STDERR) : undefined,
    resize: channels.readable(RESIZE),
    closed: channels.closed,
    begin: () => channels.write(first, new Uint8Array(0)),
    writeStatus: async (status) => {
      const bytes = encodeStatus(status, asText);
      if (bytes.length > 0) await channels.write(ERROR, bytes);
    },
    close: () => channels.close(),
  };
}

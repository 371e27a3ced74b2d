import type { WebSocket } from "ws";
import { forwardConnection, forwardFailure, parsePort } from "./port-forward.ts";
import type { PortForwardOptions } from "./port-forward-spdy.ts";
import { WebSocketChannels } from "./web-socket-channels.ts";

export const WEB_SOCKET_FORWARD_PROTOCOLS: readonly string[] = [
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "",
];

/** Bytes on the wire are numbered by one byte, two channels a port. */
const MAX_PORTS = 127;

/**
 * The ports of a request: `port=80,443&port=8080`.
 * @returns the problem with it, or the ports
 * @see kubernetes portforward/websocket.go (NewV4Options)
 */
export function readForwardedPorts(
  query: URLSearchParams,
): readonly number[] | { readonly problem: string } {
  const given = query.getAll("port");
  if (given.length === 0) return { problem: 'query parameter "port" is required' };
  const ports: number[] = [];
  for (const list of given) {
    if (list === "") return { problem: 'query parameter "port" cannot be empty' };
    for (const text of list.split(",")) {
      if (/^0+$/.test(text)) return { problem: `port "${list}" must be > 0` };
      const port = parsePort(text);
      if (port === undefined) {
        const error = `strconv.ParseUint: parsing "${text}": ${/^\d+$/.test(text) ? "value out of range" : "invalid syntax"}`;
        return { problem: `unable to parse "${list}" as a port: ${error}` };
      }
      ports.push(port);
    }
  }
  return ports.length > MAX_PORTS ? { problem: `at most ${MAX_PORTS} ports` } : ports;
}

/**
 * Forwards one connection to each of the ports over a WebSocket: two channels a port, data and
 * failures, each of which begins with the port in little endian. Resolves when all are over.
 * @param protocol - One of `WEB_SOCKET_FORWARD_PROTOCOLS`.
 */
export async function servePortForwardChannels(
  socket: WebSocket,
  protocol: string,
  ports: readonly number[],
  options: PortForwardOptions,
): Promise<void> {
  const channels = new WebSocketChannels(socket, {
    readable: ports.map((_, index) => 2 * index),
    count: 2 * ports.length,
    base64: protocol.includes("base64."),
    closeSignal: false,
    clock: options.clock,
  });
  try {
    for (const [index, port] of ports.entries()) {
      const name = Buffer.alloc(2);
      name.writeUInt16LE(port);
      await channels.write(2 * index, name);
      await channels.write(2 * index + 1, name);
    }
    await Promise.all(ports.map((port, index) => forward(channels, index, port, options)));
  } catch {
    // The client has gone.
  }
  await channels.close();
}

async function forward(
  channels: WebSocketChannels,
  index: number,
  port: number,
  { connect, podId, clock }: PortForwardOptions,
): Promise<void> {
  const client = {
    readable: channels.readable(2 * index),
    write: (bytes: Uint8Array) => channels.write(2 * index, bytes),
    // A channel has no end of its own: that of the connection is what is left.
    end: () => {},
    reset: () => {},
  };
  try {
    await forwardConnection(client, () => connect(port), clock);
  } catch (error) {
    const text = forwardFailure(port, podId, error);
    await channels.write(2 * index + 1, Buffer.from(text));
  }
}

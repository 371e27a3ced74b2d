/**
 * Exec, attach and port-forward: what turns a connection into streams. Loaded when the first one is
 * asked for.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Pod } from "../../api/types.ts";
import { acceptWebSocket } from "../../web-socket/accept-web-socket.ts";
import type { ContainerInstance } from "../pods/running-pods.ts";
import { type AgentAnswer, refuseUpgrade, switchProtocols, textAnswer } from "./agent-answer.ts";
import type { AgentRoute, ContainerTarget, PodTarget } from "./agent-routes.ts";
import type { AgentServerOptions } from "./agent-server.ts";
import { SPDY_FORWARD_PROTOCOLS, servePortForward } from "./port-forward-spdy.ts";
import {
  readForwardedPorts,
  servePortForwardChannels,
  WEB_SOCKET_FORWARD_PROTOCOLS,
} from "./port-forward-web-socket.ts";
import { runRemoteCommand } from "./remote-command.ts";
import { acceptSpdyCommand, SPDY_COMMAND_PROTOCOLS } from "./remote-command-spdy.ts";
import {
  type RemoteCommandOptions,
  type RemoteCommandStreams,
  readRemoteCommandOptions,
} from "./remote-command-streams.ts";
import {
  acceptWebSocketCommand,
  WEB_SOCKET_COMMAND_PROTOCOLS,
} from "./remote-command-web-socket.ts";
import { socketStream } from "./socket-stream.ts";
import { StreamError } from "./stream-error.ts";
import { type Negotiated, negotiateStreams } from "./stream-negotiation.ts";
import { webSocketTunnel } from "./web-socket-tunnel.ts";

/** A connection that wants to become streams. */
export interface StreamUpgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly query: URLSearchParams;
}

/** Of a message. @see golang.org/x/net/websocket (DefaultMaxPayloadBytes) */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

type StreamRoute = Extract<AgentRoute, { readonly kind: "exec" | "attach" | "port-forward" }>;
type Options = Pick<AgentServerOptions, "pods" | "runtime" | "clock" | "logger">;

/** Serves the streams of one connection to their end; what cannot be served is answered with why. */
export async function serveStreams(
  route: StreamRoute,
  upgrade: StreamUpgrade,
  options: Options,
): Promise<void> {
  const serving =
    route.kind === "port-forward"
      ? serveForward(route.target, upgrade, options)
      : serveCommand(route.kind, route.target, upgrade, options);
  const refusal = await serving.catch((error: unknown) => {
    if (error instanceof StreamError && error.code === "refused") {
      return textAnswer(400, `${error.message}\n`);
    }
    throw error;
  });
  if (refusal !== undefined) refuseUpgrade(upgrade.socket, refusal);
}

/** What stands against an exec or an attach, whether or not it is an upgrade. */
export function checkCommand(
  kind: "exec" | "attach",
  target: ContainerTarget,
  query: URLSearchParams,
  options: Options,
):
  | { readonly container: ContainerInstance; readonly wanted: RemoteCommandOptions }
  | { readonly refusal: AgentAnswer } {
  const wanted = readRemoteCommandOptions(query);
  if ("problem" in wanted) return { refusal: textAnswer(400, wanted.problem) };
  const pod = options.pods.podOf(target.namespace, target.pod);
  if (pod === undefined) return { refusal: textAnswer(404, "pod does not exist") };
  const container = runningContainer(pod, target, options);
  if (container !== undefined) {
    // Whether a container has a terminal was decided when it was started.
    const tty = kind === "attach" ? hasTerminal(pod, target.container) : wanted.tty;
    return { container, wanted: { ...wanted, tty, stderr: wanted.stderr && !tty } };
  }
  const name = `${target.pod}_${target.namespace}`;
  const text =
    kind === "exec"
      ? `container not found ("${target.container}")`
      : `container ${target.container} not found in pod ${name}`;
  return { refusal: textAnswer(500, text) };
}

/** The container that runs; undefined when none does, or the path means another pod of the name. */
export function runningContainer(
  pod: Readonly<Pod>,
  { uid, container }: ContainerTarget,
  { pods }: Options,
): ContainerInstance | undefined {
  const podUid = pod.metadata?.uid ?? "";
  if (uid !== "" && uid !== podUid) return undefined;
  const found = pods.instanceOf(podUid, container, "current");
  return found?.state === "running" ? found : undefined;
}

function hasTerminal({ spec }: Readonly<Pod>, name: string): boolean {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  const all = [...containers, ...initContainers, ...ephemeralContainers];
  return all.find((each) => each.name === name)?.tty === true;
}

async function serveCommand(
  kind: "exec" | "attach",
  target: ContainerTarget,
  upgrade: StreamUpgrade,
  options: Options,
): Promise<AgentAnswer | undefined> {
  const checked = checkCommand(kind, target, upgrade.query, options);
  if ("refusal" in checked) return checked.refusal;
  const negotiated = negotiateStreams(upgrade.message.headers, {
    spdy: SPDY_COMMAND_PROTOCOLS,
    webSocket: WEB_SOCKET_COMMAND_PROTOCOLS,
    tunnel: false,
  });
  if ("refusal" in negotiated) return negotiated.refusal;
  const { container, wanted } = checked;
  const command = upgrade.query.getAll("command");
  const streams = await commandStreams(negotiated, upgrade, wanted, options);
  const { runtime } = options;
  const { stdin, tty } = wanted;
  const start = () =>
    kind === "exec"
      ? runtime.exec(container.id, { command, stdin, tty })
      : runtime.attach(container.id, { stdin, tty });
  await runRemoteCommand({ kind, command, start }, streams);
  return undefined;
}

async function commandStreams(
  negotiated: Exclude<Negotiated, { readonly refusal: AgentAnswer }>,
  { message, socket, head }: StreamUpgrade,
  wanted: RemoteCommandOptions,
  { clock }: Options,
): Promise<RemoteCommandStreams> {
  const { transport, protocol } = negotiated;
  if (transport === "spdy") {
    switchToSpdy(socket, protocol);
    return await acceptSpdyCommand(socketStream(socket, head), protocol, wanted, clock);
  }
  const webSocket = await openWebSocket(message, socket, head, protocol);
  return acceptWebSocketCommand(webSocket, protocol, wanted, clock);
}

/** @throws StreamError `refused` for a handshake that is none; nothing has been answered then */
async function openWebSocket(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): Promise<WebSocket> {
  const options = { protocol, maxMessageBytes: MAX_MESSAGE_BYTES };
  try {
    return await acceptWebSocket(message, socket, head, options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StreamError("refused", error.message, { cause: error });
  }
}

function switchToSpdy(socket: Duplex, protocol: string): void {
  switchProtocols(socket, { upgrade: "SPDY/3.1", "X-Stream-Protocol-Version": protocol });
}

async function serveForward(
  target: PodTarget,
  upgrade: StreamUpgrade,
  { pods, runtime, clock }: Options,
): Promise<AgentAnswer | undefined> {
  const negotiated = negotiateStreams(upgrade.message.headers, {
    spdy: SPDY_FORWARD_PROTOCOLS,
    webSocket: WEB_SOCKET_FORWARD_PROTOCOLS,
    tunnel: true,
  });
  const isChannels = "transport" in negotiated && negotiated.transport === "web-socket";
  const ports = isChannels ? readForwardedPorts(upgrade.query) : [];
  if ("problem" in ports) return textAnswer(400, ports.problem);
  const pod = pods.podOf(target.namespace, target.pod);
  if (pod === undefined) return textAnswer(404, "pod does not exist");
  const uid = pod.metadata?.uid ?? "";
  if (target.uid !== "" && target.uid !== uid) return textAnswer(404, "pod not found");
  const podId = pods.podIdOf(uid);
  if (podId === undefined) {
    return textAnswer(500, `pod not found ("${target.pod}_${target.namespace}")`);
  }
  if ("refusal" in negotiated) return negotiated.refusal;
  const forwarding = { podId, clock, connect: (port: number) => runtime.connect(podId, port) };
  const { message, socket, head } = upgrade;
  const { transport, protocol, subprotocol } = negotiated;
  if (transport === "spdy") {
    switchToSpdy(socket, protocol);
    await servePortForward(socketStream(socket, head), forwarding);
    return undefined;
  }
  const webSocket = await openWebSocket(message, socket, head, subprotocol);
  if (transport === "web-socket-tunnel")
    await servePortForward(webSocketTunnel(webSocket), forwarding);
  else await servePortForwardChannels(webSocket, protocol, ports, forwarding);
  return undefined;
}

import type { IncomingHttpHeaders } from "node:http";
import { type AgentAnswer, textAnswer } from "./agent-answer.ts";

/** Which protocol a client and a server have agreed on, or what the client is told instead. */
export type Negotiated =
  | {
      readonly transport: "spdy" | "web-socket" | "web-socket-tunnel";
      /** Of the streams; empty for a WebSocket without one. */
      readonly protocol: string;
      /** Headers of the answer that tells of it; a WebSocket's are made by its handshake. */
      readonly subprotocol: string;
    }
  | { readonly refusal: AgentAnswer };

export interface SupportedProtocols {
  readonly spdy: readonly string[];
  /** Empty text for none at all. */
  readonly webSocket: readonly string[];
  /** Whether SPDY may be carried by a WebSocket. */
  readonly tunnel: boolean;
}

const TUNNEL_PREFIX = "SPDY/3.1+";

/**
 * Decides how the streams of an upgrade are carried.
 * @see kubernetes staging/src/k8s.io/streaming/pkg/httpstream/{httpstream,wsstream/conn,spdy/upgrade}.go
 */
export function negotiateStreams(
  headers: IncomingHttpHeaders,
  supported: SupportedProtocols,
): Negotiated {
  const upgrade = (headers.upgrade ?? "").toLowerCase();
  if (upgrade === "websocket") {
    const offered = listed(headers["sec-websocket-protocol"]);
    return negotiateWebSocket(offered, supported);
  }
  const negotiated = negotiateSpdy(headers["x-stream-protocol-version"], supported.spdy);
  if ("refusal" in negotiated || upgrade.includes("spdy/3.1")) return negotiated;
  const text = "unable to upgrade: missing upgrade headers in request\n";
  return { refusal: textAnswer(400, text) };
}

function negotiateWebSocket(offered: readonly string[], supported: SupportedProtocols): Negotiated {
  const isTunnel = (name: string): boolean =>
    name.startsWith(TUNNEL_PREFIX) && name.endsWith(".k8s.io");
  const tunnels = offered.filter(isTunnel);
  if (supported.tunnel && tunnels.length > 0) {
    const carried = tunnels.map((name) => name.slice(TUNNEL_PREFIX.length));
    const negotiated = negotiateSpdy(carried.join(","), supported.spdy);
    if ("refusal" in negotiated) return negotiated;
    const subprotocol = TUNNEL_PREFIX + negotiated.protocol;
    return { ...negotiated, transport: "web-socket-tunnel", subprotocol };
  }
  const [best = ""] = supported.webSocket;
  const wanted = offered.length === 0 ? [""] : offered;
  // The one with an end of input is taken wherever it stands.
  const protocol = wanted.includes(best)
    ? best
    : wanted.find((name) => supported.webSocket.includes(name));
  if (protocol === undefined) return { refusal: { ...textAnswer(403, ""), headers: {} } };
  return { transport: "web-socket", protocol, subprotocol: protocol };
}

function negotiateSpdy(
  header: string | string[] | undefined,
  supported: readonly string[],
): Negotiated {
  const name = "X-Stream-Protocol-Version";
  if (header === undefined) {
    const text = `unable to upgrade: header ${name} does not exist in request\n`;
    return { refusal: textAnswer(400, text) };
  }
  const offered = listed(header);
  if (offered.length === 0) {
    const text = `unable to upgrade: header ${name} contains [${String(header)}], but no valid protocols\n`;
    return { refusal: textAnswer(400, text) };
  }
  const protocol = offered.find((each) => supported.includes(each));
  if (protocol !== undefined) return { transport: "spdy", protocol, subprotocol: "" };
  const detail = `client supports [${offered.join(" ")}], server accepts [${supported.join(" ")}]`;
  const refusal = textAnswer(403, `unable to upgrade: unable to negotiate protocol: ${detail}\n`);
  return {
    refusal: {
      ...refusal,
      headers: { ...refusal.headers, "X-Accepted-Stream-Protocol-Versions": supported },
    },
  };
}

function listed(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

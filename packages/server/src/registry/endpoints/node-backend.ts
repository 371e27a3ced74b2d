import type { KubeObject } from "../../api/object.ts";
import {
  badRequest,
  bareError,
  type GroupResource,
  notFound,
  serviceUnavailable,
} from "../../api/status-error.ts";
import type { Node } from "../../api/types.ts";
import { parseIpAddress } from "../../api/validation/ip-address.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";

/** What a request is passed on to. */
export interface Backend {
  readonly scheme: "http" | "https";
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Path and query there. */
  readonly target: string;
  /** Whether it is a node's agent, to whom the server shows who it is. */
  readonly agent: boolean;
  /** Path on this server under which the root of the backend is seen: `/api/v1/…/proxy`. */
  readonly prefix: string;
}

/** Passes a request on, and answers what comes back. @throws StatusError when nobody is there */
export type CallBackend = (backend: Backend, context: RequestContext) => MaybePromise<ApiResponse>;

/** What a read is about, for the text of its refusal: `pods/log` and the pod's name. */
export interface ReadSubject {
  readonly resource: GroupResource;
  readonly name: string;
}

/**
 * Asks a node's agent for something to read, with nothing of the request that made it necessary but
 * its end. The body of the answer streams.
 * @throws StatusError when nobody is there, and for what the agent refuses
 * @see apiserver pkg/registry/generic/rest/streamer.go
 */
export type ReadAgent = (
  place: AgentAddress & Pick<Backend, "target">,
  subject: ReadSubject,
  context: RequestContext,
) => MaybePromise<ApiResponse>;

/**
 * Passes a request to leave HTTP on, and joins the two connections when the other side agrees;
 * otherwise answers what it says.
 * @throws StatusError when nobody is there
 * @see apimachinery pkg/util/proxy/upgradeaware.go
 */
export type OpenStreams = (
  backend: Omit<Backend, "prefix">,
  context: RequestContext,
) => MaybePromise<ApiResponse>;

/** How nodes and pods are reached. */
export interface Backends {
  readonly callBackend: CallBackend;
  readonly readAgent: ReadAgent;
  readonly openStreams: OpenStreams;
}

/** For a server that reaches neither nodes nor pods. */
export const noBackends: Backends = {
  callBackend: ({ host, port }) => unreachable(host, port),
  readAgent: ({ host, port }) => unreachable(host, port),
  openStreams: ({ host, port }) => unreachable(host, port),
};

function unreachable(host: string, port: number): never {
  throw serviceUnavailable(
    `error trying to reach service: ${host}:${port} cannot be reached from this server`,
  );
}

/** Where a node's agent listens, unless its status says otherwise. */
const AGENT_PORT = 10250;
/**
 * kubeadm's choice. kube-apiserver's own default begins with the host name, which the machine of the
 * server often cannot resolve, or resolves to itself.
 */
const ADDRESS_TYPES = ["InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS"];

export interface AgentAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Where the agent of a node listens.
 * @param resource - of the request: upstream names it, whatever it is, when the node is missing.
 * @throws StatusError 404; 500 when the node has no address
 * @see kubernetes pkg/kubelet/client/kubelet_client.go (GetConnectionInfo)
 */
export function agentAddress(
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
  nodeName: string,
  resource: string,
): AgentAddress {
  const node = nodeOf(nodeName) as Node | undefined;
  if (node === undefined) throw notFound({ group: "", resource }, nodeName);
  const addresses = node.status?.addresses ?? [];
  for (const wanted of ADDRESS_TYPES) {
    const found = addresses.find(({ type }) => type === wanted);
    if (found === undefined) continue;
    const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
    return { host: found.address, port: port > 0 ? port : AGENT_PORT };
  }
  const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(" ");
  throw bareError(`no preferred addresses found; known addresses: [${known}]`);
}

/** `name`, `name:port` or `scheme:name:port`. */
export interface ProxyName {
  readonly scheme: string;
  readonly name: string;
  /** A number or a name; empty when none is given. */
  readonly port: string;
}

/** Undefined for what is none. @see apimachinery pkg/util/net/port_split.go */
export function parseProxyName(text: string): ProxyName | undefined {
  const parts = text.split(":");
  const [first = "", second = "", third = ""] = parts;
  const parsed =
    parts.length === 1
      ? { scheme: "", name: first, port: "" }
      : parts.length === 2
        ? { scheme: "", name: first, port: second }
        : { scheme: first, name: second, port: third };
  const known = parsed.scheme === "" || parsed.scheme === "http" || parsed.scheme === "https";
  return parts.length > 3 || parsed.name === "" || !known ? undefined : parsed;
}

/**
 * Refuses addresses behind which this very machine or network hides: loopback, link-local, multicast.
 * A name is let through; whoever resolves it checks the addresses it stands for.
 * @throws StatusError 400
 */
export function checkProxyAddress(address: string): void {
  if (!isGlobalUnicast(address)) throw badRequest("address not allowed");
}

/** What Go's `net.IP.IsGlobalUnicast` says of an address; private ones are. */
export function isGlobalUnicast(text: string): boolean {
  const address = parseIpAddress(text);
  if (address === undefined) return false;
  const { bytes, mapped } = address;
  if (bytes.length === 4 || mapped) return isGlobalV4(bytes.slice(-4));
  const [first = 0, second = 0] = bytes;
  const isMulticast = first === 0xff;
  const isLinkLocal = first === 0xfe && (second & 0xc0) === 0x80;
  // The unspecified address and the loopback one.
  const isSpecial = bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;
  return !isMulticast && !isLinkLocal && !isSpecial;
}

function isGlobalV4([first = 0, second = 0, third = 0, fourth = 0]: readonly number[]): boolean {
  const sum = first + second + third + fourth;
  const isSpecial = sum === 0 || sum === 4 * 255;
  const isMulticast = first >= 224 && first < 240;
  return !isSpecial && !isMulticast && first !== 127 && !(first === 169 && second === 254);
}

import { badRequest, notFound, serviceUnavailable } from "../../api/status-error.ts";
import type { Endpoints, Pod, Service } from "../../api/types.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { RequestInfo } from "../../request/request-info.ts";
import type { Random } from "../../runtime/random.ts";
import type { ObjectReader } from "../object-reader.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import {
  agentAddress,
  type Backend,
  type CallBackend,
  checkProxyAddress,
  type OpenStreams,
  type ProxyName,
  parseProxyName,
} from "./node-backend.ts";
import { checkNoDryRun } from "./pod-streams.ts";

export interface ProxyDependencies {
  readonly pods: ObjectReader;
  readonly services: ObjectReader;
  readonly endpoints: ObjectReader;
  readonly nodes: ObjectReader;
  readonly random: Random;
  readonly callBackend: CallBackend;
  readonly openStreams: OpenStreams;
}

type Place = Pick<Backend, "scheme" | "host" | "port" | "agent">;
type Locate = (dependencies: ProxyDependencies, name: ProxyName, context: RequestContext) => Place;

/** Requests that are passed on to pods, services and nodes: `…/proxy/<path>`. */
export function proxyEndpoints(
  dependencies: ProxyDependencies,
): readonly (readonly [string, EndpointHandler])[] {
  return [
    ["/pods/proxy", proxyEndpoint(dependencies, "pod", locatePod)],
    ["/services/proxy", proxyEndpoint(dependencies, "service", locateService)],
    ["/nodes/proxy", proxyEndpoint(dependencies, "node", locateNode)],
  ];
}

function proxyEndpoint(
  dependencies: ProxyDependencies,
  what: string,
  locate: Locate,
): EndpointHandler {
  return (context) => {
    checkNoDryRun(context);
    const { info, request } = context;
    const name = parseProxyName(info.name);
    if (name === undefined) {
      throw badRequest(`invalid ${what} request ${JSON.stringify(info.name)}`);
    }
    const place = locate(dependencies, name, context);
    const path = pathBehind(info);
    const query = request.rawQuery === "" ? "" : `?${request.rawQuery}`;
    const target = (path === "" ? "/" : encodePath(path)) + query;
    if (request.upgrade !== undefined) {
      return dependencies.openStreams({ ...place, target }, context);
    }
    if (path === "" && (request.method === "GET" || request.method === "HEAD")) {
      // Links in a page are relative to a directory.
      return { status: 301, headers: { location: `${info.path}/${query}` }, body: undefined };
    }
    const prefix = info.path.slice(0, info.path.length - path.length);
    return dependencies.callBackend({ ...place, target, prefix }, context);
  };
}

/** What follows `…/proxy`, decoded; empty when nothing does, not even a slash. */
function pathBehind({ parts, path }: RequestInfo): string {
  const rest = parts.slice(3).join("/");
  if (rest === "") return path.endsWith("/") ? "/" : "";
  return path.endsWith("/") ? `/${rest}/` : `/${rest}`;
}

/** A path as Go writes it. @see go net/url shouldEscape (encodePath) */
function encodePath(path: string): string {
  return encodeURI(path.toWellFormed()).replace(
    /[!'()*#?]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The scheme that was asked for, and the port that goes with it. */
function placeOf(scheme: string, host: string, port: number | undefined): Place {
  const known = scheme === "https" ? "https" : "http";
  return { scheme: known, host, port: port ?? (known === "https" ? 443 : 80), agent: false };
}

/** @see kubernetes pkg/registry/core/pod/strategy.go (ResourceLocation) */
function locatePod(
  { pods }: ProxyDependencies,
  { scheme, name, port }: ProxyName,
  { info }: RequestContext,
): Place {
  const pod = pods.get(info.namespace, name) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: "", resource: "pods" }, name);
  const address = pod.status?.podIPs?.[0]?.ip ?? "";
  checkProxyAddress(address);
  const declared = (pod.spec?.containers ?? []).find(({ ports }) => (ports?.length ?? 0) > 0);
  return placeOf(scheme, address, readPort(port) ?? declared?.ports?.[0]?.containerPort);
}

/** A port by number; undefined when none is asked for. @throws StatusError 503 for a name, as dialling it is */
function readPort(port: string): number | undefined {
  if (port === "") return undefined;
  const number = Number(port);
  if (Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw serviceUnavailable(
    `error trying to reach service: dial tcp: lookup tcp/${port}: unknown port`,
  );
}

/** @see kubernetes pkg/registry/core/service/storage/storage.go (ResourceLocation) */
function locateService(
  { services, endpoints, pods, random }: ProxyDependencies,
  { scheme, name, port }: ProxyName,
  { info }: RequestContext,
): Place {
  const missing = notFound({ group: "", resource: "services" }, name);
  let portName = port;
  if (/^[+-]?\d+$/.test(port)) {
    const service = services.get(info.namespace, name) as Service | undefined;
    if (service === undefined) throw missing;
    const found = service.spec?.ports?.find((each) => each.port === Number(port));
    if (found === undefined) {
      throw serviceUnavailable(
        `no service port ${Number(port)} found for service ${JSON.stringify(name)}`,
      );
    }
    portName = found.name ?? "";
  }
  const found = endpoints.get(info.namespace, name) as Endpoints | undefined;
  if (found === undefined) throw missing;
  const candidates = (found.subsets ?? []).flatMap(({ addresses, ports }) => {
    const wanted = ports?.find((each) => (each.name ?? "") === portName);
    // Requests are passed on to pods only, whatever else the endpoints list.
    return wanted === undefined
      ? []
      : (addresses ?? [])
          .filter((address) => isPodAddress(pods, info.namespace, address))
          .map(({ ip }) => placeOf(scheme, ip, wanted.port));
  });
  const chosen = candidates[Math.floor(random.fraction() * candidates.length)];
  if (chosen !== undefined) return chosen;
  const shown = (found.subsets ?? []).length === 0 ? name : info.name;
  throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(shown)}`);
}

type EndpointAddress = NonNullable<NonNullable<Endpoints["subsets"]>[number]["addresses"]>[number];

function isPodAddress(
  pods: ObjectReader,
  namespace: string,
  { ip, targetRef }: EndpointAddress,
): boolean {
  if (targetRef === undefined || (targetRef.namespace ?? "") !== namespace) return false;
  const pod = pods.get(namespace, targetRef.name ?? "") as Pod | undefined;
  return pod?.status?.podIPs?.some((each) => each.ip === ip) ?? false;
}

/** @see kubernetes pkg/registry/core/node/strategy.go (ResourceLocation) */
function locateNode(
  { nodes }: ProxyDependencies,
  { scheme, name, port }: ProxyName,
  { info }: RequestContext,
): Place {
  const agent = agentAddress((node) => nodes.get("", node), name, info.resource);
  if (/^[\d.]+$|:/.test(agent.host)) checkProxyAddress(agent.host);
  return port === "" || port === String(agent.port)
    ? { scheme: "https", ...agent, agent: true }
    : placeOf(scheme, agent.host, readPort(port));
}

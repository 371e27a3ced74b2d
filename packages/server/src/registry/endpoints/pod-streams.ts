import { badRequest, forbidden, notFound } from "../../api/status-error.ts";
import type { Pod } from "../../api/types.ts";
import type { Authorizer } from "../../authorization/authorizer.ts";
import { requestAttributes } from "../../authorization/request-attributes.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import { booleanParameter } from "../../request/query-values.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { agentAddress, type OpenStreams } from "./node-backend.ts";
import { containerOf } from "./pod-container.ts";
import type { PodBackendDependencies } from "./pod-log.ts";

export interface PodStreamDependencies extends Pick<PodBackendDependencies, "pods" | "nodes"> {
  readonly authorizer: Authorizer;
  readonly openStreams: OpenStreams;
}

export type PodStream = "exec" | "attach" | "portforward";

/**
 * Endpoints that turn their connection into streams to a container: everything that stands against it
 * is found here. A connection that asks for no upgrade ends here too: without one there is no stream.
 * The agent speaks the protocols of streams; here they are bytes.
 * @see kubernetes pkg/registry/core/pod/rest/subresources.go
 */
export function podStreamEndpoint(
  stream: PodStream,
  dependencies: PodStreamDependencies,
): EndpointHandler {
  return (context) => {
    checkNoDryRun(context);
    const allowed = mayCreate(dependencies.authorizer, context);
    const answer = (): MaybePromise<ApiResponse> => {
      const { host, port, container } = agentOfStream(stream, dependencies, context);
      if (context.request.upgrade === undefined) throw badRequest("Upgrade request required");
      const target = agentTarget(stream, container, context);
      const backend = { scheme: "https", host, port, target, agent: true } as const;
      return dependencies.openStreams(backend, context);
    };
    return allowed instanceof Promise ? allowed.then(answer) : answer();
  };
}

/** @throws StatusError 400 */
export function checkNoDryRun({ query }: RequestContext): void {
  if (query.has("dryRun")) throw badRequest("dryRun is not supported");
}

/** Whoever opens a stream by GET, as browsers must, changes things as well. @throws StatusError 403 */
function mayCreate(authorizer: Authorizer, { info, user }: RequestContext): MaybePromise<void> {
  if (info.verb === "create") return;
  const verdict = authorizer.authorize({ ...requestAttributes(info, user), verb: "create" });
  const check = ({ decision, reason }: Awaited<typeof verdict>): void => {
    if (decision === "allow") return;
    throw forbidden({ group: info.apiGroup, resource: info.resource }, info.name, reason);
  };
  return verdict instanceof Promise ? verdict.then(check) : check(verdict);
}

/**
 * The pod's agent and the container to go to; none for a port forward.
 * @throws StatusError 400, 404, 500
 */
export function agentOfStream(
  stream: PodStream,
  { pods, nodes }: PodStreamDependencies,
  { info, query }: RequestContext,
): { readonly host: string; readonly port: number; readonly container: string } {
  // What cannot be read is refused before anything is looked up.
  if (stream === "portforward") query.all("ports").forEach(parsePort);
  const pod = pods.get(info.namespace, info.name) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: "", resource: "pods" }, info.name);
  const container = stream === "portforward" ? "" : containerOf(pod, query.get("container") ?? "");
  const nodeName = pod.spec?.nodeName ?? "";
  if (nodeName === "") throw badRequest(`pod ${info.name} does not have a host assigned`);
  return {
    ...agentAddress((name) => nodes.get("", name), nodeName, info.resource),
    container,
  };
}

/**
 * Path and query at the agent, whose parameters have names of their own.
 * @throws StatusError 400
 * @see kubernetes pkg/registry/core/pod/strategy.go (streamParams)
 */
function agentTarget(
  stream: PodStream,
  container: string,
  { info, query }: RequestContext,
): string {
  const parameters = new URLSearchParams();
  const { namespace, name } = info;
  if (stream === "portforward") {
    const ports = query.all("ports").map(parsePort);
    if (ports.length > 0) parameters.set("port", ports.join(","));
    return withQuery(`/portForward/${namespace}/${name}`, parameters);
  }
  if (stream === "exec") {
    for (const word of query.all("command")) parameters.append("command", word);
  }
  for (const [theirs, ours] of STREAM_PARAMETERS) {
    if (booleanParameter(query, theirs)) parameters.set(ours, "1");
  }
  return withQuery(`/${stream}/${namespace}/${name}/${container}`, parameters);
}

/** @throws StatusError 400 */
function parsePort(text: string): number {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  throw badRequest(
    `cannot convert to []int32: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
  );
}

const STREAM_PARAMETERS: readonly (readonly [theirs: string, ours: string])[] = [
  ["stderr", "error"],
  ["stdin", "input"],
  ["stdout", "output"],
  ["tty", "tty"],
];

function withQuery(path: string, parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

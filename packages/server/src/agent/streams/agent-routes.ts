/** What a path of a kubelet's server stands for. @see kubernetes pkg/kubelet/server/server.go */
export type AgentRoute =
  | { readonly kind: "exec" | "attach"; readonly target: ContainerTarget }
  | { readonly kind: "run" | "container-logs"; readonly target: ContainerTarget }
  | { readonly kind: "port-forward"; readonly target: PodTarget }
  | { readonly kind: "pods" | "running-pods" | "healthz" | "stats-summary" | "metrics" };

export interface PodTarget {
  readonly namespace: string;
  readonly pod: string;
  /** Empty when the path names none. */
  readonly uid: string;
}

export interface ContainerTarget extends PodTarget {
  readonly container: string;
}

/** How a path is not served. */
export type NoRoute = { readonly status: 404 | 405 };

/** @param path - Decoded by segments is what it is after this. */
export function parseAgentRoute(method: string, path: string): AgentRoute | NoRoute {
  const route = routeOf(path);
  if (route === undefined) return { status: 404 };
  return methodsOf(route).includes(method) ? route : { status: 405 };
}

function methodsOf({ kind }: AgentRoute): readonly string[] {
  if (kind === "run") return ["POST"];
  return kind === "exec" || kind === "attach" || kind === "port-forward"
    ? ["GET", "POST"]
    : ["GET"];
}

function routeOf(path: string): AgentRoute | undefined {
  const segments = decodeSegments(path);
  const [first = "", ...rest] = segments ?? [];
  switch (first) {
    case "exec":
    case "attach":
    case "run":
      return containerRoute(first, rest);
    case "portForward": {
      const [namespace = "", pod = "", uid = ""] = rest;
      if (rest.length < 2 || rest.length > 3) return undefined;
      return { kind: "port-forward", target: { namespace, pod, uid } };
    }
    case "containerLogs":
      return rest.length === 3 ? containerRoute("container-logs", rest) : undefined;
    default:
      return fixedRoute((segments ?? []).join("/"));
  }
}

/** `NAMESPACE/POD/CONTAINER`, or with the pod's uid before the container. */
function containerRoute(
  kind: "exec" | "attach" | "run" | "container-logs",
  rest: readonly string[],
): AgentRoute | undefined {
  if (rest.length !== 3 && rest.length !== 4) return undefined;
  const [namespace = "", pod = "", third = "", fourth] = rest;
  const target =
    fourth === undefined
      ? { namespace, pod, uid: "", container: third }
      : { namespace, pod, uid: third, container: fourth };
  return { kind, target };
}

function fixedRoute(path: string): AgentRoute | undefined {
  switch (path) {
    case "pods":
      return { kind: "pods" };
    case "runningpods":
      return { kind: "running-pods" };
    case "stats/summary":
      return { kind: "stats-summary" };
    case "metrics":
      return { kind: "metrics" };
    case "healthz":
    case "healthz/ping":
    case "healthz/log":
    case "healthz/syncloop":
      return { kind: "healthz" };
    default:
      return undefined;
  }
}

/** Undefined for what is no path. A slash at the end counts as none. */
function decodeSegments(path: string): readonly string[] | undefined {
  if (!path.startsWith("/")) return undefined;
  try {
    const segments = path.slice(1).split("/").map(decodeURIComponent);
    if (segments.at(-1) === "") segments.pop();
    return segments.includes("") ? undefined : segments;
  } catch {
    return undefined;
  }
}

const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** What a caller has to be allowed: the verb on any one of the subresources of the node. */
export interface NodeAccess {
  /** Empty for a method that is none of ours, which nobody but the all-powerful is allowed. */
  readonly verb: string;
  /** In the order in which they are tried. */
  readonly subresources: readonly string[];
}

/**
 * With the fine-grained subresources of 1.36.
 * @see kubernetes pkg/kubelet/server/auth.go (GetRequestAttributes)
 */
export function nodeAccess(method: string, path: string): NodeAccess {
  const below = (root: string): boolean => path === root || path.startsWith(`${root}/`);
  const subresources: string[] = [];
  if (below("/pods") || below("/runningpods")) subresources.push("pods");
  else if (below("/healthz")) subresources.push("healthz");
  else if (below("/configz")) subresources.push("configz");
  if (below("/stats")) subresources.push("stats");
  else if (below("/metrics")) subresources.push("metrics");
  else if (below("/logs")) subresources.push("log");
  else if (below("/checkpoint")) subresources.push("checkpoint");
  else if (below("/statusz")) subresources.push("statusz");
  else if (below("/flagz")) subresources.push("configz");
  else subresources.push("proxy");
  return { verb: VERBS[method] ?? "", subresources };
}

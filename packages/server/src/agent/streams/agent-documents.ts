import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import type { Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { RunningPods } from "../pods/running-pods.ts";

/** All pods that the agent has something to do with: `/pods`. */
export function podList(pods: RunningPods): object {
  return { kind: "PodList", apiVersion: "v1", metadata: {}, items: [...pods.all()] };
}

/** Pods of which something runs, and what does: `/runningpods`. */
export function runningPodList(pods: RunningPods): object {
  const items = [...pods.all()].flatMap((pod) => {
    const containers = runningContainers(pods, pod).map(({ id, name }) => ({ name, image: id }));
    if (containers.length === 0) return [];
    const { name, namespace, uid } = pod.metadata ?? {};
    return [{ metadata: { name, namespace, uid }, spec: { containers }, status: {} }];
  });
  return { kind: "PodList", apiVersion: "v1", metadata: {}, items };
}

/**
 * The small part of `/stats/summary` that needs no accounting of single containers: the machine, and
 * which pods and containers run.
 * @see kubernetes staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go
 */
export function statsSummary(nodeName: string, pods: RunningPods, now: number): object {
  const time = formatTime(now);
  const available = freemem();
  return {
    node: {
      nodeName,
      cpu: { time, usageNanoCores: Math.round(loadedCores() * 1e9) },
      memory: { time, availableBytes: available, usageBytes: totalmem() - available },
    },
    pods: [...pods.all()].map((pod) => ({
      podRef: podRef(pod),
      startTime: pod.status?.startTime ?? time,
      containers: runningContainers(pods, pod).map(({ name }) => ({ name, startTime: time })),
    })),
  };
}

/** As many cores as were busy in the last minute. */
function loadedCores(): number {
  return Math.min(loadavg()[0] ?? 0, availableParallelism());
}

function podRef({ metadata }: Readonly<Pod>): object {
  const { name = "", namespace = "", uid = "" } = metadata ?? {};
  return { name, namespace, uid };
}

function runningContainers(
  pods: RunningPods,
  { metadata, spec }: Readonly<Pod>,
): { readonly id: string; readonly name: string }[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers].flatMap(({ name }) => {
    const found = pods.instanceOf(metadata?.uid ?? "", name, "current");
    return found?.state === "running" ? [{ id: found.id, name }] : [];
  });
}

/** What was counted of the agent's server. */
export interface RequestCounts {
  /** By `path method code`. */
  readonly requests: ReadonlyMap<string, number>;
  /** Streams that are open. */
  readonly streams: number;
}

/** `/metrics`, under the names that kubelets use. */
export function agentMetrics(pods: RunningPods, counts: RequestCounts): string {
  const all = [...pods.all()];
  const running = all.map((pod) => runningContainers(pods, pod).length);
  const lines = [
    "# HELP kubelet_http_requests_total Number of the http requests received since the server started",
    "# TYPE kubelet_http_requests_total counter",
    ...[...counts.requests].map(([key, count]) => {
      const [path = "", method = "", code = ""] = key.split(" ");
      return `kubelet_http_requests_total{code="${code}",method="${method}",path="${path}"} ${count}`;
    }),
    "# HELP kubelet_http_inflight_requests Number of the inflight http requests",
    "# TYPE kubelet_http_inflight_requests gauge",
    `kubelet_http_inflight_requests{long_running="true"} ${counts.streams}`,
    "# HELP kubelet_running_containers Number of containers currently running",
    "# TYPE kubelet_running_containers gauge",
    `kubelet_running_containers{container_state="running"} ${running.reduce((sum, each) => sum + each, 0)}`,
    "# HELP kubelet_running_pods Number of pods that have a running pod sandbox",
    "# TYPE kubelet_running_pods gauge",
    `kubelet_running_pods ${running.filter((each) => each > 0).length}`,
  ];
  return `${lines.join("\n")}\n`;
}

import type { ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { type ContainerStatusInput, containerStatuses } from "./container-status.ts";
import { type ObservedPod, usableSandbox } from "./observed-pod.ts";
import { podConditions } from "./pod-conditions.ts";
import { podPhase } from "./pod-phase.ts";
import { podAllocated, podResources } from "./pod-resources.ts";
import type { ProbeResults } from "./probes/probe-results.ts";
import { withReadiness } from "./readiness.ts";
import type { RestartOfAll } from "./restart-all.ts";
import { boundMessages } from "./termination-message.ts";

export interface PodStatusInput extends Omit<ContainerStatusInput, "restartingAll"> {
  /** What was told last; at first, what the API holds. */
  readonly old: PodStatus;
  readonly probes: ProbeResults;
  /** Addresses of the node, the first one the most important. */
  readonly hostIPs: readonly string[];
  /** Whether volumes are mounted: only then is a sandbox worth telling of. */
  readonly mounted: boolean;
  /** Whether nothing of the pod will be started any more. */
  readonly ended: boolean;
  /** Ends the pod as failed. */
  readonly eviction?: { readonly reason: string; readonly message: string };
  /** Conditions of changes of resources. */
  readonly resizes: readonly PodCondition[];
  /** Whether all containers are being made anew; absent where none can ask for it. */
  readonly restartOfAll?: RestartOfAll;
  /** When this agent began: containers that are older were ready under another one. */
  readonly agentStartedAt: number;
  readonly now: number;
}

/**
 * All that the API is told of a pod. Pure; of the fields that others own it holds none.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (generateAPIPodStatus)
 */
export function buildPodStatus(input: PodStatusInput): PodStatus {
  const { pod, old } = input;
  const spec = pod.spec ?? { containers: [] };
  const statuses = buildContainerStatuses(input);
  const { init, ordinary, ephemeral } = statuses;
  const begun = hasBegun(pod, input.observed);
  const phase = keepTerminal(podPhase({ spec, init, ordinary, ended: input.ended, begun }), input);
  const { generation } = pod.metadata;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...explainPhase(phase, input),
    conditions: podConditions({
      pod,
      previous: mergeConditions(old, pod.status),
      phase: input.eviction === undefined ? phase : "Failed",
      init,
      ordinary,
      resizes: input.resizes,
      hasSandbox: input.mounted && usableSandbox(input.observed) !== undefined,
      ...(input.restartOfAll === undefined ? {} : { restartingAll: input.restartOfAll.pending }),
      now: input.now,
    }),
    ...addresses(input),
    startTime: old.startTime ?? pod.status?.startTime ?? formatTime(input.now),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: ordinary,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
    ...podAllocated(spec),
    resources: podResources(spec),
  };
}

/** Conditions of others as the API holds them, the agent's own as they were told last. */
function mergeConditions(
  old: PodStatus,
  stored: PodStatus | undefined,
): NonNullable<PodStatus["conditions"]> {
  const own = old.conditions ?? [];
  const others = stored?.conditions ?? [];
  return [...own, ...others.filter(({ type }) => !own.some((each) => each.type === type))];
}

interface Statuses {
  readonly init: ContainerStatus[];
  readonly ordinary: ContainerStatus[];
  readonly ephemeral: ContainerStatus[];
}

function buildContainerStatuses(input: PodStatusInput): Statuses {
  const { pod, old } = input;
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const about = { ...input, restartingAll: input.restartOfAll?.asked ?? false };
  const init = containerStatuses("init", old.initContainerStatuses ?? [], about);
  const ordinary = containerStatuses("ordinary", old.containerStatuses ?? [], about);
  const ephemeral = containerStatuses("ephemeral", old.ephemeralContainerStatuses ?? [], about);
  const count = initContainers.length + containers.length + ephemeralContainers.length;
  return {
    init: boundMessages(withReadiness("init", init, input), count),
    ordinary: boundMessages(withReadiness("ordinary", ordinary, input), count),
    ephemeral: boundMessages(ephemeral, count),
  };
}

/** Whether an ordinary container has been made in the sandbox that is there now. */
function hasBegun({ spec }: Pod, observed: ObservedPod): boolean {
  const sandbox = usableSandbox(observed);
  return (
    sandbox !== undefined &&
    observed.containers.some(
      ({ podId, name }) =>
        podId === sandbox.id && spec?.containers.some((container) => container.name === name),
    )
  );
}

/** A pod never leaves a phase that is final. */
function keepTerminal(phase: PodPhase, { pod, old }: PodStatusInput): PodPhase {
  const final = [pod.status?.phase, old.phase].find(isFinal);
  return final ?? phase;
}

export function isFinal(phase: PodPhase | undefined): phase is "Succeeded" | "Failed" {
  return phase === "Succeeded" || phase === "Failed";
}

function explainPhase(
  phase: PodPhase,
  { pod, old, eviction }: PodStatusInput,
): Pick<PodStatus, "phase" | "reason" | "message"> {
  if (eviction !== undefined && !isFinal(old.phase)) return { phase: "Failed", ...eviction };
  if (phase !== old.phase) return { phase };
  const reason = old.reason || pod.status?.reason;
  const message = old.message || pod.status?.message;
  return { phase, ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}

function addresses(input: PodStatusInput): Partial<PodStatus> {
  const { pod, hostIPs, observed, mounted, old, ended } = input;
  const [hostIP] = hostIPs;
  const own = mounted ? (usableSandbox(observed)?.ips ?? []) : [];
  const ofRuntime = pod.spec?.hostNetwork === true ? hostIPs : sortByFamily(own, hostIP);
  // A stopped sandbox has no address any more, but the pod is known by the one it had.
  const kept = (old.podIPs ?? []).map(({ ip }) => ip);
  const podIPs = ofRuntime.length === 0 && (ended || isFinal(old.phase)) ? kept : ofRuntime;
  const [podIP] = podIPs;
  return {
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(podIP === undefined ? {} : { podIP, podIPs: podIPs.map((ip) => ({ ip })) }),
  };
}

/** One address of each family; the family of the node's first. */
export function sortByFamily(ips: readonly string[], hostIP: string | undefined): string[] {
  const isV6 = (ip: string): boolean => ip.includes(":");
  const first = hostIP !== undefined && isV6(hostIP);
  const primary = ips.find((ip) => isV6(ip) === first);
  const secondary = ips.find((ip) => isV6(ip) !== first);
  return [primary, secondary].filter((ip) => ip !== undefined);
}

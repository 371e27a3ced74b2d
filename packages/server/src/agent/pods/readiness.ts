import type { Container, ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import type { ProbeResults } from "./probes/probe-results.ts";
import { isSidecar } from "./restart-policy.ts";

export interface ReadinessInput {
  readonly pod: Pod;
  readonly old: PodStatus;
  readonly probes: ProbeResults;
  readonly agentStartedAt: number;
}

/** A container that is older by this than the agent ran under another one. @see prober_manager.go */
const BEFORE_AGENT_MS = 10_000;

/**
 * Fills in `started` and `ready` from what probes have found.
 * @see kubernetes pkg/kubelet/prober/prober_manager.go (UpdatePodStatus)
 */
export function withReadiness(
  kind: "init" | "ordinary",
  statuses: readonly ContainerStatus[],
  input: ReadinessInput,
): ContainerStatus[] {
  const { spec } = input.pod;
  const containers = (kind === "init" ? spec?.initContainers : spec?.containers) ?? [];
  return statuses.map((status) => {
    const container = containers.find(({ name }) => name === status.name);
    if (container === undefined) return status;
    const started = isStarted(kind, container, status, input);
    if (kind === "init" && !isSidecar(container)) {
      return { ...status, started, ready: status.state?.terminated?.exitCode === 0 };
    }
    return { ...status, started, ready: started && isReady(container, status, input) };
  });
}

function runtimeId({ containerID = "" }: ContainerStatus): string {
  return containerID.slice(containerID.indexOf("://") + 3);
}

function isStarted(
  kind: "init" | "ordinary",
  container: Container,
  status: ContainerStatus,
  { old, probes }: ReadinessInput,
): boolean {
  if (status.state?.running === undefined) return false;
  const outcome = probes.startup(runtimeId(status));
  if (outcome !== undefined) return outcome === "success";
  const before = (kind === "init" ? old.initContainerStatuses : old.containerStatuses)?.find(
    ({ containerID }) => containerID === status.containerID,
  );
  // It had started before this agent did.
  return before?.started === true || container.startupProbe === undefined;
}

function isReady(container: Container, status: ContainerStatus, input: ReadinessInput): boolean {
  const { startedAt } = status.state?.running ?? {};
  if (startedAt === undefined) return false;
  const outcome = input.probes.readiness(runtimeId(status));
  if (outcome !== undefined) return outcome === "success";
  if (container.readinessProbe === undefined) return true;
  const wasBefore = Date.parse(startedAt) < input.agentStartedAt - BEFORE_AGENT_MS;
  const conditions = input.pod.status?.conditions ?? [];
  return wasBefore && conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

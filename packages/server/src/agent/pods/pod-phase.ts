import type { Container, ContainerStatus, PodPhase, PodSpec } from "../../api/types.ts";
import { isSidecar, restartsAfter } from "./restart-policy.ts";

export interface PhaseInput {
  readonly spec: PodSpec;
  readonly init: readonly ContainerStatus[];
  readonly ordinary: readonly ContainerStatus[];
  /** Whether nothing is restarted any more, whatever the policy says. */
  readonly ended: boolean;
  /** Whether an ordinary container has been made in the sandbox that is there now. */
  readonly begun: boolean;
}

/**
 * Where a pod is in its life, from what is told of its containers.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (getPhase)
 */
export function podPhase(input: PhaseInput): PodPhase {
  const { begun, ended } = input;
  const init = countInit(input);
  const sidecars = countSidecars(input);
  const ordinary = countOrdinary(input);
  if (init.failed) return "Failed";
  if (init.pending || (sidecars.pending && !begun)) return "Pending";
  if (sidecars.waiting || ordinary.waiting > 0) return "Pending";
  if (sidecars.unknown || ordinary.unknown > 0) return "Pending";
  if (sidecars.running || ordinary.running > 0) return "Running";
  if (ordinary.stopped === 0) return "Pending";
  const allSucceeded = ordinary.stopped === ordinary.succeeded;
  if (!ended && ordinary.restarting > 0) return "Running";
  return allSucceeded ? "Succeeded" : "Failed";
}

function statusOf(
  container: Container,
  statuses: readonly ContainerStatus[],
): ContainerStatus | undefined {
  return statuses.find(({ name }) => name === container.name);
}

/** How it ended, now or before the restart it waits for. */
function endOf(status: ContainerStatus): { exitCode: number; reason?: string } | undefined {
  const { state = {}, lastState = {} } = status;
  return state.terminated ?? (state.waiting === undefined ? undefined : lastState.terminated);
}

function mayRestart(
  container: Container,
  spec: PodSpec,
  end: { readonly exitCode: number; readonly reason?: string },
): boolean {
  return (
    end.reason === "RestartingAllContainers" || restartsAfter(container, spec, end.exitCode ?? 0)
  );
}

function countInit({ spec, init }: PhaseInput): { pending: boolean; failed: boolean } {
  let pending = false;
  let failed = false;
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) continue;
    const status = statusOf(container, init);
    const end = status === undefined ? undefined : endOf(status);
    if (end === undefined) pending = true;
    else if (end.exitCode !== 0 && !mayRestart(container, spec, end)) failed = true;
  }
  return { pending, failed };
}

interface SidecarCount {
  readonly pending: boolean;
  readonly running: boolean;
  readonly waiting: boolean;
  readonly unknown: boolean;
}

/** Sidecars that have ended do not count: they neither fail a pod nor keep it running. */
function countSidecars({ spec, init }: PhaseInput): SidecarCount {
  const count = { pending: false, running: false, waiting: false, unknown: false };
  for (const container of spec.initContainers ?? []) {
    if (!isSidecar(container)) continue;
    const status = statusOf(container, init);
    if (status === undefined) count.unknown = true;
    else if (status.state?.running !== undefined) {
      count.running = true;
      if (status.started !== true) count.pending = true;
    } else if (endOf(status) === undefined) {
      count.pending = true;
      if (status.state?.waiting !== undefined) count.waiting = true;
      else count.unknown = true;
    }
  }
  return count;
}

interface OrdinaryCount {
  readonly running: number;
  readonly waiting: number;
  readonly unknown: number;
  readonly stopped: number;
  readonly succeeded: number;
  /** Of those stopped. */
  readonly restarting: number;
}

function countOrdinary({ spec, ordinary }: PhaseInput): OrdinaryCount {
  const count = { running: 0, waiting: 0, unknown: 0, stopped: 0, succeeded: 0, restarting: 0 };
  for (const container of spec.containers) {
    const status = statusOf(container, ordinary);
    const { running, waiting, terminated } = status?.state ?? {};
    const end = status === undefined ? undefined : endOf(status);
    if (running !== undefined) count.running++;
    else if (end !== undefined) {
      count.stopped++;
      if (mayRestart(container, spec, end)) count.restarting++;
      if (terminated?.exitCode === 0) count.succeeded++;
    } else if (waiting !== undefined) count.waiting++;
    else count.unknown++;
  }
  return count;
}

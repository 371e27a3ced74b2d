import type { ContainerState, PodSandbox } from "../pod-runtime.ts";
import {
  CONTAINER_STATES,
  type ContainerStatus,
  type ListedContainer,
} from "./container-messages.ts";
import { POD_UID_LABEL } from "./cri-config.ts";
import { type ListedSandbox, SANDBOX_READY } from "./sandbox-messages.ts";

export function podSandbox(listed: ListedSandbox, ips: readonly string[]): PodSandbox {
  const { name = "", namespace = "", uid = "", attempt = 0 } = listed.metadata ?? {};
  return {
    id: listed.id,
    ...{ name, namespace, uid, attempt },
    state: listed.state === SANDBOX_READY ? "ready" : "not-ready",
    createdAt: milliseconds(listed.createdAt),
    ips,
  };
}

/** @param status - Absent when the container went between two questions. */
export function containerState(
  listed: ListedContainer,
  status: ContainerStatus | undefined,
): ContainerState {
  const { id, podSandboxId, metadata, labels } = listed;
  return {
    id,
    podId: podSandboxId,
    podUid: labels[POD_UID_LABEL] ?? "",
    name: metadata?.name ?? "",
    attempt: metadata?.attempt ?? 0,
    image: status?.image?.userSpecifiedImage || status?.image?.image || listed.image?.image || "",
    imageId: status?.imageRef ?? listed.imageRef,
    state: CONTAINER_STATES[status?.state ?? listed.state] ?? "unknown",
    createdAt: milliseconds(listed.createdAt),
    ...(status === undefined ? {} : course(status)),
    logPath: status?.logPath ?? "",
  };
}

function course(status: ContainerStatus): Partial<ContainerState> {
  const { startedAt, finishedAt, exitCode, reason, message } = status;
  const hasEnded = CONTAINER_STATES[status.state] === "exited";
  return {
    ...(startedAt === 0 ? {} : { startedAt: milliseconds(startedAt) }),
    // containerd notes a start when it has heard of it, which may be after a short command's end.
    ...(hasEnded ? { finishedAt: milliseconds(Math.max(startedAt, finishedAt)), exitCode } : {}),
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
  };
}

function milliseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1e6);
}

/** Uids of pods that are not as they were. */
export function changedPods(
  before: readonly ContainerState[],
  now: readonly ContainerState[],
): ReadonlySet<string> {
  const states = new Map(before.map(({ id, state }) => [id, state]));
  const changed = new Set<string>();
  for (const { id, state, podUid } of now) {
    if (states.get(id) !== state) changed.add(podUid);
    states.delete(id);
  }
  for (const { id, podUid } of before) if (states.has(id)) changed.add(podUid);
  return changed;
}

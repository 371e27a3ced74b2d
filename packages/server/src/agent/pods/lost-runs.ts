import type { ContainerStateTerminated, ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";
import { latestRun, type ObservedPod } from "./observed-pod.ts";
import type { PodFiles } from "./pod-files.ts";

/** @see kubernetes pkg/kubelet/kubelet_pods.go */
const LOST: ContainerStateTerminated = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message:
    "The container could not be located when the pod was deleted.  The container used to be Running",
};

/**
 * Adds the runs that the API was told of and the runtime knows nothing of any more, as ended: so a
 * container that is not to be run twice is not, and the others go on counting.
 */
export function withLostRuns(
  observed: ObservedPod,
  pod: Pod,
  told: PodStatus,
  files: PodFiles,
): ObservedPod {
  const lost: ContainerState[] = [];
  for (const status of allStatuses(told)) {
    if (latestRun(observed, status.name) !== undefined) continue;
    const run = lostRun(status, pod, files);
    if (run !== undefined) lost.push(run);
  }
  return lost.length === 0
    ? observed
    : { ...observed, containers: [...observed.containers, ...lost] };
}

function allStatuses(status: PodStatus): readonly ContainerStatus[] {
  return [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
}

function lostRun(status: ContainerStatus, pod: Pod, files: PodFiles): ContainerState | undefined {
  const { name, restartCount, image, imageID, containerID, state = {}, lastState = {} } = status;
  const end =
    state.running === undefined
      ? (state.terminated ?? lastState.terminated)
      : { ...LOST, ...state.running };
  const id = end?.containerID ?? containerID;
  if (end === undefined || id === undefined) return undefined;
  const { exitCode, reason, message, signal, startedAt, finishedAt } = end;
  return {
    id: id.slice(id.indexOf("://") + 3),
    podId: "",
    podUid: pod.metadata.uid ?? "",
    name,
    attempt: restartCount,
    image,
    imageId: imageID,
    state: "exited",
    createdAt: startedAt === undefined ? 0 : Date.parse(startedAt),
    exitCode,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(signal === undefined ? {} : { signal }),
    ...(startedAt === undefined ? {} : { startedAt: Date.parse(startedAt) }),
    ...(finishedAt === undefined ? {} : { finishedAt: Date.parse(finishedAt) }),
    logPath: files.logPath(name, restartCount),
  };
}

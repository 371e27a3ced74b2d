import type { ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import { isFinal } from "./pod-status.ts";
import { isSidecar } from "./restart-policy.ts";

const NOT_LOCATED = {
  terminated: {
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    exitCode: 137,
  },
};

/**
 * The last status of a pod of which nothing runs any more: no container is left in a state that
 * could still change, and the phase is final.
 * @see kubernetes pkg/kubelet/status/status_manager.go (TerminatePod)
 */
export function finalStatus(pod: Pod, status: PodStatus): PodStatus {
  const init = status.initContainerStatuses ?? [];
  const ordinary = status.containerStatuses ?? [];
  const begun = lastBegun(init);
  return {
    ...status,
    ...(isFinal(status.phase) ? {} : { phase: "Failed" as const }),
    ...(init.length === 0
      ? {}
      : {
          initContainerStatuses: init.map((each, index) => (index <= begun ? ended(each) : each)),
        }),
    containerStatuses: isInitialized(pod, status) ? ordinary.map(ended) : ordinary,
  };
}

function ended(status: ContainerStatus): ContainerStatus {
  return status.state?.terminated === undefined ? { ...status, state: NOT_LOCATED } : status;
}

/** Index of the last init container that has been tried; of the first if none has. */
function lastBegun(statuses: readonly ContainerStatus[]): number {
  const index = statuses.findLastIndex(
    ({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined,
  );
  return Math.max(0, index);
}

function isInitialized({ spec }: Pod, status: PodStatus): boolean {
  const containers = spec?.initContainers ?? [];
  if (containers.length === 0) return true;
  const begun = (status.containerStatuses ?? []).some(
    ({ state, lastState }) => lastState?.terminated !== undefined || state?.waiting === undefined,
  );
  if (begun) return true;
  const container = containers.at(-1);
  const last = status.initContainerStatuses?.find(({ name }) => name === container?.name);
  if (container === undefined || last === undefined) return false;
  if (isSidecar(container)) return last.state?.running !== undefined && last.started === true;
  return (last.state?.terminated ?? last.lastState?.terminated)?.exitCode === 0;
}

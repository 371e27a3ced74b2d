import type { ContainerStatus, Pod } from "../../api/types.ts";

/**
 * Which run of a container a log is asked of, by what the pod's status says: its id as the status has
 * it, `runtime://id`; or why there is none.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (validateContainerLogStatus)
 */
export function decideLoggedContainer(
  pod: Readonly<Pod>,
  name: string,
  previous: boolean,
): { readonly containerId: string } | { readonly problem: string } {
  const where = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata?.name ?? "")}`;
  const status = statusOf(pod, name);
  if (status === undefined) return { problem: `${where} is not available` };
  const { waiting, running, terminated } = status.state ?? {};
  const last = status.lastState?.terminated;
  const lastId = last?.containerID ?? "";
  if (previous) {
    return lastId === ""
      ? { problem: `previous terminated ${where} not found` }
      : { containerId: lastId };
  }
  if (running !== undefined) return { containerId: status.containerID ?? "" };
  if (terminated !== undefined || last !== undefined) {
    const id = (terminated?.containerID ?? "") || lastId;
    return id === "" ? { problem: `${where} is terminated` } : { containerId: id };
  }
  if (waiting === undefined) return { problem: `${where} is waiting to start - no logs yet` };
  const reason = WAITING_TEXTS[waiting.reason ?? ""] ?? waiting.reason ?? "";
  return { problem: `${where} is waiting to start: ${reason}` };
}

const WAITING_TEXTS: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

function statusOf({ status }: Readonly<Pod>, name: string): ContainerStatus | undefined {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses } = status ?? {};
  for (const statuses of [containerStatuses, initContainerStatuses, ephemeralContainerStatuses]) {
    const found = statuses?.find((each) => each.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

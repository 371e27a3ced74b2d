import type { Container, Pod, PodStatus } from "../../api/types.ts";
import { asksForAll } from "./decide-actions.ts";
import { latestRun, type ObservedPod } from "./observed-pod.ts";

export interface RestartOfAll {
  /** A container has ended in a way that asks for it, or it has begun already. */
  readonly asked: boolean;
  /** There are still containers to take down. */
  readonly pending: boolean;
}

/**
 * Whether all containers of a pod are to be made anew because of how one of them ended; undefined
 * where no container can ask for that.
 * @see kubernetes pkg/kubelet/container/helpers.go (ShouldAllContainersRestart)
 */
export function findRestartOfAll(
  { spec }: Pod,
  observed: ObservedPod,
  told: PodStatus,
): RestartOfAll | undefined {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  if (!containers.some(canAskForAll)) return undefined;
  const begun = (told.conditions ?? []).some(
    ({ type, status }) => type === "AllContainersRestarting" && status === "True",
  );
  const asked =
    begun ||
    containers.some((container) => asksForAll(container, latestRun(observed, container.name)));
  const left = containers.some(({ name }) => latestRun(observed, name) !== undefined);
  return { asked, pending: asked && left };
}

function canAskForAll({ restartPolicyRules = [] }: Container): boolean {
  return restartPolicyRules.some(({ action }) => action === "RestartAllContainers");
}

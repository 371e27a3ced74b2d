import type { Container, Pod, PodSpec } from "../../api/types.ts";
import { latestRun, type ObservedPod } from "./observed-pod.ts";

type Restartable = Pick<Container, "name" | "restartPolicy" | "restartPolicyRules">;

/** A sidecar: started before the others, and kept running beside them. */
export function isSidecar(container: Restartable): boolean {
  return container.restartPolicy === "Always";
}

/** What a rule of the container says about this exit code, if one does. */
export function ruleFor(container: Restartable, exitCode: number): string | undefined {
  if (container.restartPolicy === undefined) return undefined;
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (exitCodes?.operator === "In") return listed;
    return exitCodes?.operator === "NotIn" && !listed;
  });
  return rule?.action;
}

/**
 * Whether a container that ended so is run again: its own rules first, then its own policy, then
 * the pod's.
 * @see kubernetes pkg/api/v1/pod/util.go (ContainerShouldRestart)
 */
export function restartsAfter(container: Restartable, spec: PodSpec, exitCode: number): boolean {
  const action = ruleFor(container, exitCode);
  if (action === "Restart" || action === "RestartAllContainers") return true;
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case "Never":
      return false;
    case "OnFailure":
      return exitCode !== 0;
    default:
      return true;
  }
}

/** Whether a container that still runs is run again after the agent ends it. */
export function restartsWhenKilled(container: Restartable, spec: PodSpec): boolean {
  return (container.restartPolicy ?? spec.restartPolicy) !== "Never";
}

/**
 * Whether a container is to be started, now or after a back-off.
 * @see kubernetes pkg/kubelet/container/helpers.go (ShouldContainerBeRestarted)
 */
export function mustBeStarted(container: Restartable, pod: Pod, observed: ObservedPod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const run = latestRun(observed, container.name);
  switch (run?.state) {
    case undefined:
    case "created":
    case "unknown":
      return true;
    case "running":
      return false;
    case "exited":
      return restartsAfter(container, pod.spec ?? { containers: [] }, run.exitCode ?? 0);
  }
}

import type { Container, ContainerStatus, Pod, PodCondition, PodSpec } from "../../api/types.ts";
import type { Behaviour } from "./scripted-runtime.fixture.ts";

/** A container of an image that is there. */
export const C: Container = { name: "c", image: "host", imagePullPolicy: "IfNotPresent" };

/** A pod without a token, to keep statuses short. */
export function withContainers(...containers: Container[]): Partial<PodSpec> {
  return { automountServiceAccountToken: false, containers };
}

export function isRunning({ status }: Pod): boolean {
  return status?.phase === "Running";
}

/** What is told of a container of any kind. */
export function statusOf({ status }: Pod, name = "c"): ContainerStatus | undefined {
  const all = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  return all.find((each) => each.name === name);
}

export function waitsFor(reason: string, name = "c"): (pod: Pod) => boolean {
  return (pod) => statusOf(pod, name)?.state?.waiting?.reason === reason;
}

export function conditionOf({ status }: Pod, type: string): PodCondition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}

/** Ends as soon as it has started. */
export function exits(code: number): Behaviour {
  return (run) => run.exit(code);
}

import { parseQuantity, quantityToInt64 } from "../../../api/quantity.ts";
import type { Container, Pod } from "../../../api/types.ts";
import type { ContainerState } from "../../pod-runtime.ts";
import { latestRun, type ObservedPod } from "../observed-pod.ts";
import type { Allocation, Amounts } from "./allocation.ts";

/** A container that runs with other resources than are set aside for it by now. */
export interface Resize {
  readonly container: Container;
  readonly run: ContainerState;
  /** Bytes of a memory limit that becomes smaller, or that there was none of before. */
  readonly lowerMemoryBytes?: bigint;
  /** Whether its policy asks for a restart, instead of a change while it runs. */
  readonly restarts: boolean;
}

type Compute = "cpu" | "memory";

/** In thousandths of a CPU, and bytes; 0 for none. */
type Values = Readonly<Record<`${Compute}-${"limit" | "request"}`, bigint>>;

/**
 * Running containers whose resources are to be changed.
 * @param pod - With what is set aside for it.
 * @param applied - What its containers run with.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodResizeAction)
 */
export function decideResizes(
  pod: Pod,
  observed: ObservedPod,
  applied: Allocation,
): readonly Resize[] {
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  return [...initContainers, ...containers].flatMap((container) => {
    const run = latestRun(observed, container.name);
    if (run?.state !== "running") return [];
    const before = applied.containers[container.name];
    if (before === undefined) return [];
    return resizeOf(container, run, valuesOf(pod.spec?.resources, container.resources), {
      ...valuesOf(applied.pod, before),
    });
  });
}

function resizeOf(
  container: Container,
  run: ContainerState,
  wanted: Values,
  current: Values,
): readonly Resize[] {
  const changed = (["cpu", "memory"] as const).filter(
    (name) =>
      wanted[`${name}-limit`] !== current[`${name}-limit`] ||
      wanted[`${name}-request`] !== current[`${name}-request`],
  );
  if (changed.length === 0) return [];
  const limit = wanted["memory-limit"];
  const before = current["memory-limit"];
  const isLower = limit !== 0n && (before === 0n || limit < before);
  return [
    {
      container,
      run,
      ...(isLower ? { lowerMemoryBytes: limit } : {}),
      restarts: changed.some((name) => restartsFor(container, name)),
    },
  ];
}

function restartsFor({ resizePolicy = [] }: Container, name: Compute): boolean {
  const policy = resizePolicy.find(({ resourceName }) => resourceName === name);
  return policy?.restartPolicy === "RestartContainer";
}

/** Limits of the pod stand in for those that a container has not. */
function valuesOf(ofPod: Amounts | undefined, { limits, requests }: Amounts = {}): Values {
  const limitsInForce = { ...ofPod?.limits, ...limits };
  return {
    "cpu-limit": wholeOf(limitsInForce.cpu, 3),
    "cpu-request": wholeOf(requests?.cpu, 3),
    "memory-limit": wholeOf(limitsInForce.memory, 0),
    "memory-request": wholeOf(requests?.memory, 0),
  };
}

function wholeOf(text: string | undefined, scale: number): bigint {
  if (text === undefined) return 0n;
  const quantity = parseQuantity(text);
  return quantityToInt64({ ...quantity, scale: quantity.scale + scale });
}

import { compareQuantities, parseQuantity } from "../../../api/quantity.ts";
import type { Container, Pod, ResourceRequirements } from "../../../api/types.ts";

/** Requests and limits, and nothing else of a container's or a pod's requirements. */
export type Amounts = Pick<ResourceRequirements, "limits" | "requests">;

/**
 * What a node has set aside for a pod: what its spec said when it was taken in, or when the node
 * agreed to a change of it.
 */
export interface Allocation {
  readonly pod?: Amounts;
  readonly containers: Readonly<Record<string, Amounts>>;
}

/** All that a spec says. */
export function allocationOf({ spec }: Pod): Allocation {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return {
    ...(spec?.resources === undefined ? {} : { pod: amountsOf(spec.resources) }),
    containers: Object.fromEntries(
      containers.map(({ name, resources }) => [name, amountsOf(resources)]),
    ),
  };
}

export function amountsOf({ limits, requests }: Amounts = {}): Amounts {
  return {
    ...(limits === undefined ? {} : { limits }),
    ...(requests === undefined ? {} : { requests }),
  };
}

/** Whether a spec asks for just what is set aside. */
export function isAllocated(pod: Pod, allocation: Allocation): boolean {
  const wanted = allocationOf(pod);
  const names = Object.keys(wanted.containers);
  return (
    sameAmounts(wanted.pod, allocation.pod) &&
    names.every((name) => sameAmounts(wanted.containers[name], allocation.containers[name]))
  );
}

export function sameAmounts(left: Amounts = {}, right: Amounts = {}): boolean {
  return sameList(left.limits, right.limits) && sameList(left.requests, right.requests);
}

type List = Amounts["limits"];

function sameList(left: List = {}, right: List = {}): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => sameQuantity(left[name], right[name]));
}

function sameQuantity(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || compareQuantities(parseQuantity(left), parseQuantity(right)) === 0;
}

/**
 * The pod as the node runs it: with what is set aside in place of what its spec asks for by now.
 * @returns the very pod, where the two are the same
 * @see kubernetes pkg/kubelet/allocation/allocation_manager.go (UpdatePodFromAllocation)
 */
export function withAllocation(pod: Pod, allocation: Allocation): Pod {
  const { spec } = pod;
  if (spec === undefined || isAllocated(pod, allocation)) return pod;
  const allocated = (container: Container): Container => {
    const amounts = allocation.containers[container.name];
    return amounts === undefined
      ? container
      : { ...container, resources: withAmounts(container.resources, amounts) };
  };
  return {
    ...pod,
    spec: {
      ...spec,
      ...(allocation.pod === undefined
        ? {}
        : { resources: withAmounts(spec.resources, allocation.pod) }),
      ...(spec.initContainers === undefined
        ? {}
        : { initContainers: spec.initContainers.map(allocated) }),
      containers: spec.containers.map(allocated),
    },
  };
}

/** The requirements with other requests and limits. */
export function withAmounts(
  resources: ResourceRequirements | undefined,
  amounts: Amounts,
): ResourceRequirements {
  const { limits: _limits, requests: _requests, ...others } = resources ?? {};
  return { ...amounts, ...others };
}

import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import type { Container, ContainerStatus, Pod, PodSpec } from "../../api/types.ts";

type Requests = Readonly<Record<string, string>>;

/**
 * The spec of a pod with what its containers really take of a node: while a change of resources is
 * under way the most of what is wanted, set aside and in force, and where its node cannot make the
 * change what is in force.
 * @returns the very spec, where nothing is under way
 * @see kubernetes component-helpers/resource/helpers.go (determineEffectiveRequests) · KEP-1287
 */
export function specInForce({ spec = { containers: [] }, status }: Readonly<Pod>): PodSpec {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const differs = [...spec.containers, ...(spec.initContainers ?? [])].some((container) =>
    isUnderWay(container, statusOf(container, statuses)),
  );
  if (!differs) return spec;
  const isInfeasible = status?.conditions?.some(
    ({ type, reason }) => type === "PodResizePending" && reason === "Infeasible",
  );
  const inForce = (container: Container): Container => {
    const told = statusOf(container, statuses);
    if (!isUnderWay(container, told)) return container;
    const lists = [
      told?.resources?.requests,
      told?.allocatedResources,
      isInfeasible === true ? undefined : container.resources?.requests,
    ];
    return { ...container, resources: { ...container.resources, requests: most(lists) } };
  };
  return {
    ...spec,
    containers: spec.containers.map(inForce),
    ...(spec.initContainers === undefined
      ? {}
      : {
          initContainers: spec.initContainers.map((container) =>
            container.restartPolicy === "Always" ? inForce(container) : container,
          ),
        }),
  };
}

function statusOf(
  { name }: Container,
  statuses: readonly ContainerStatus[],
): ContainerStatus | undefined {
  return statuses.find((status) => status.name === name);
}

/** Of an agent that tells of resources. */
function isUnderWay({ resources }: Container, told: ContainerStatus | undefined): boolean {
  if (told?.resources === undefined) return false;
  const wanted = resources?.requests;
  return !isSame(wanted, told.resources.requests) || !isSame(wanted, told.allocatedResources);
}

function isSame(left: Requests = {}, right: Requests = {}): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}

/** Of each resource the largest amount. */
function most(lists: readonly (Requests | undefined)[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, text] of lists.flatMap((list) => Object.entries(list ?? {}))) {
    const before = found[name];
    const isMore =
      before === undefined || compareQuantities(parseQuantity(text), parseQuantity(before)) > 0;
    if (isMore) found[name] = text;
  }
  return found;
}

import { addQuantities, compareQuantities, parseQuantity, type Quantity } from "./quantity.ts";
import type { Container, PodSpec } from "./types.ts";

export const NO_QUANTITY: Quantity = { mantissa: 0n, scale: 0, format: "DecimalSI" };

type Amounts = Readonly<Record<string, string>> | undefined;

/** An amount out of a resource list; zero when it is not there. */
export function amountOf(amounts: Amounts, resource: string): Quantity {
  const text = amounts?.[resource];
  return text === undefined ? NO_QUANTITY : parseQuantity(text);
}

function larger(left: Quantity, right: Quantity): Quantity {
  return compareQuantities(left, right) < 0 ? right : left;
}

function containersRequest(spec: PodSpec, resource: string): Quantity {
  const requestOf = ({ resources }: Container) => amountOf(resources?.requests, resource);
  let running = NO_QUANTITY;
  for (const container of spec.containers ?? []) {
    running = addQuantities(running, requestOf(container));
  }
  let sidecars = NO_QUANTITY;
  let starting = NO_QUANTITY;
  for (const container of spec.initContainers ?? []) {
    const request = requestOf(container);
    if (container.restartPolicy === "Always") {
      running = addQuantities(running, request);
      sidecars = addQuantities(sidecars, request);
      starting = larger(starting, sidecars);
    } else {
      starting = larger(starting, addQuantities(request, sidecars));
    }
  }
  return larger(running, starting);
}

/** What pods may request beside their containers. @see component-helpers/resource (SupportedPodLevelResources) */
function isOfPods(resource: string): boolean {
  return resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-");
}

/**
 * What a pod requests of a resource in all: its containers together, or the most that starting them
 * takes, whichever is more; what the pod itself requests counts instead; its overhead is added.
 * @see kubernetes component-helpers/resource/helpers.go (PodRequests)
 */
export function podRequest(spec: PodSpec, resource: string): Quantity {
  const own = isOfPods(resource) ? spec.resources?.requests?.[resource] : undefined;
  const requested =
    own === undefined ? containersRequest(spec, resource) : amountOf({ [resource]: own }, resource);
  return addQuantities(requested, amountOf(spec.overhead, resource));
}

/** The resources that a pod requests anything of. */
export function requestedResources(spec: PodSpec): ReadonlySet<string> {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const lists: Amounts[] = containers.map(({ resources }) => resources?.requests);
  lists.push(spec.resources?.requests, spec.overhead);
  return new Set(lists.flatMap((amounts) => Object.keys(amounts ?? {})));
}

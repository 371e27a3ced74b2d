/**
 * What a pod requests and is limited to in all, changes on their way included.
 * @see kubernetes component-helpers/resource/helpers.go (PodRequests, PodLimits)
 */
import { isPodLevelResource } from "../resource-names.ts";
import type { Container, ContainerStatus, Pod } from "../types.ts";
import { type Amounts, addAmounts, largestOf, maskAmounts, parseAmounts } from "./amounts.ts";

export type ResourceListName = "requests" | "limits";

/** Without a status it is what the pod wants, whatever it has. */
type PodFacts = Readonly<Pick<Pod, "spec" | "status">>;

const NONE: Amounts = new Map();
const OF_PODS = { has: isPodLevelResource };

/** What containers need together, or at the worst moment of their start; with what the pod says itself. */
export function podAmounts(pod: PodFacts, list: ResourceListName): Amounts {
  const { spec } = pod;
  const own = maskAmounts(parseAmounts(spec?.resources?.[list]), OF_PODS);
  const amounts: Amounts = new Map([...containerAmounts(pod, list), ...own]);
  const overhead = parseAmounts(spec?.overhead);
  if (list === "requests") return addAmounts(amounts, overhead);
  // What is not limited is not limited by an overhead either.
  const limited = new Set(
    [...amounts].flatMap(([name, { mantissa }]) => (mantissa === 0n ? [] : name)),
  );
  return addAmounts(amounts, maskAmounts(overhead, limited));
}

/** Whether the pod asks for resources as a whole, so that its containers need not. */
export function asksAsWhole({ spec }: Readonly<Pod>): boolean {
  const { requests, limits } = spec?.resources ?? {};
  return Object.keys({ ...requests, ...limits }).some(isPodLevelResource);
}

function containerAmounts(pod: PodFacts, list: ResourceListName): Amounts {
  const { spec, status } = pod;
  const statuses = new Map(
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(
      (each) => [each.name, each] as const,
    ),
  );
  const inForce = (container: Container): Amounts =>
    amountsInForce(container, list, statuses.get(container.name), isInfeasible(pod));
  let running = NONE;
  for (const container of spec?.containers ?? []) running = addAmounts(running, inForce(container));
  let sidecars = NONE;
  let starting = NONE;
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === "Always") {
      const amounts = inForce(container);
      running = addAmounts(running, amounts);
      sidecars = addAmounts(sidecars, amounts);
      starting = largestOf(starting, sidecars);
    } else {
      const amounts = parseAmounts(container.resources?.[list]);
      starting = largestOf(starting, addAmounts(amounts, sidecars));
    }
  }
  return largestOf(running, starting);
}

/** While a container is resized, the most of what it has and what it is to have. */
function amountsInForce(
  { resources }: Container,
  list: ResourceListName,
  status: ContainerStatus | undefined,
  infeasible: boolean,
): Amounts {
  const wanted = parseAmounts(resources?.[list]);
  if (status?.resources === undefined || status.resources === null) return wanted;
  const actuated = parseAmounts(status.resources[list]);
  const allocated = list === "requests" ? parseAmounts(status.allocatedResources) : NONE;
  return infeasible ? largestOf(actuated, allocated) : largestOf(wanted, actuated, allocated);
}

/** Its node will never give it what it was resized to. */
function isInfeasible({ status }: PodFacts): boolean {
  const pending = status?.conditions?.find(({ type }) => type === "PodResizePending");
  return pending?.reason === "Infeasible";
}

import { parseQuantity, type Quantity, quantityToInt64 } from "../../api/quantity.ts";
import { podAmounts } from "../../api/quota/pod-amounts.ts";
import type { PodSpec } from "../../api/types.ts";

/** Of each resource so much: of `cpu` thousandths, of all others whole units. Nothing is not kept. */
export type Amounts = ReadonlyMap<string, bigint>;

/** How many pods a node takes is no amount that pods request. */
const PODS = "pods";

export function requestedAmounts(spec: PodSpec): Amounts {
  const amounts = new Map<string, bigint>();
  for (const [resource, quantity] of podAmounts({ spec }, "requests")) {
    if (!isCounted(resource)) continue;
    const amount = inUnits(resource, quantity);
    if (amount !== 0n) amounts.set(resource, amount);
  }
  return amounts;
}

/** What a node has to give, and to how many pods. */
export interface Capacity {
  readonly amounts: Amounts;
  readonly pods: number;
}

export function capacityOf(allocatable: Readonly<Record<string, string>> = {}): Capacity {
  const amounts = new Map<string, bigint>();
  for (const [resource, text] of Object.entries(allocatable)) {
    if (isCounted(resource)) amounts.set(resource, inUnits(resource, parseQuantity(text)));
  }
  const pods = allocatable[PODS];
  return {
    amounts,
    pods: pods === undefined ? 0 : Number(quantityToInt64(parseQuantity(pods))),
  };
}

/**
 * Native resources by their names, and everything with a domain; other names are nobody's.
 * @see kubernetes pkg/scheduler/util (IsScalarResourceName)
 */
function isCounted(resource: string): boolean {
  if (resource === "cpu" || resource === "memory" || resource === "ephemeral-storage") return true;
  return (
    resource.includes("/") ||
    resource.startsWith("hugepages-") ||
    resource.startsWith("attachable-volumes-")
  );
}

function inUnits(resource: string, quantity: Quantity): bigint {
  const scale = resource === "cpu" ? quantity.scale + 3 : quantity.scale;
  return quantityToInt64({ ...quantity, scale });
}

import { NO_QUANTITY } from "../../api/pod-requests.ts";
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  printQuantity,
  type Quantity,
} from "../../api/quantity.ts";
import type { Container, PodSpec, PodStatus, ResourceRequirements } from "../../api/types.ts";
import { isSidecar } from "./restart-policy.ts";

type Side = "requests" | "limits";
type Amounts = Map<string, Quantity>;

/**
 * What a pod asks for, or may use, in all: its containers together, or the most that starting them
 * takes; what the pod itself says counts instead; its overhead is added.
 * @see kubernetes component-helpers/resource/helpers.go (PodRequests, PodLimits)
 */
export function podTotal(spec: PodSpec, side: Side): ReadonlyMap<string, Quantity> {
  const total = containersTotal(spec, side);
  for (const [name, text] of Object.entries(spec.resources?.[side] ?? {})) {
    total.set(name, parseQuantity(text));
  }
  for (const [name, text] of Object.entries(spec.overhead ?? {})) {
    // Overhead alone is no limit.
    if (side === "requests" || total.has(name)) add(total, name, parseQuantity(text));
  }
  return total;
}

function containersTotal(spec: PodSpec, side: Side): Amounts {
  const running: Amounts = new Map();
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec.containers) {
    for (const [name, amount] of amountsOf(container, side)) add(running, name, amount);
  }
  for (const container of spec.initContainers ?? []) {
    for (const [name, amount] of amountsOf(container, side)) {
      const beside = addQuantities(amount, sidecars.get(name) ?? NO_QUANTITY);
      raise(starting, name, beside);
      if (!isSidecar(container)) continue;
      add(running, name, amount);
      sidecars.set(name, beside);
    }
  }
  for (const [name, amount] of starting) raise(running, name, amount);
  return running;
}

function amountsOf({ resources }: Container, side: Side): [string, Quantity][] {
  return Object.entries(resources?.[side] ?? {}).map(([name, text]) => [name, parseQuantity(text)]);
}

function add(amounts: Amounts, name: string, amount: Quantity): void {
  amounts.set(name, addQuantities(amounts.get(name) ?? NO_QUANTITY, amount));
}

function raise(amounts: Amounts, name: string, amount: Quantity): void {
  const before = amounts.get(name);
  if (before === undefined || compareQuantities(before, amount) < 0) amounts.set(name, amount);
}

/** What the status says is set aside for the pod. */
export function podAllocated(spec: PodSpec): Pick<PodStatus, "allocatedResources"> {
  const requests = podTotal(spec, "requests");
  return requests.size === 0 ? {} : { allocatedResources: print(requests) };
}

/** What the status says of the requests and limits in force. */
export function podResources(spec: PodSpec): ResourceRequirements {
  const requests = podTotal(spec, "requests");
  const limits = podTotal(spec, "limits");
  return {
    ...(limits.size === 0 ? {} : { limits: print(limits) }),
    ...(requests.size === 0 ? {} : { requests: print(requests) }),
  };
}

function print(amounts: ReadonlyMap<string, Quantity>): Record<string, string> {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, printQuantity(amount)]));
}

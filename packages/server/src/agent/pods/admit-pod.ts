import { requiredNodes } from "../../api/node-affinity.ts";
import {
  addQuantities,
  compareQuantities,
  NO_QUANTITY,
  parseQuantity,
  type Quantity,
  quantityToInt64,
} from "../../api/quantity.ts";
import { podAmounts } from "../../api/quota/pod-amounts.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod } from "../../api/types.ts";

/** Why a node does not take a pod. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether a node can run a pod that it has been given, beside those that it runs; undefined: it can.
 * @see kubernetes pkg/kubelet/lifecycle/predicate.go
 */
export function admitPod(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  return (
    checkOs(pod) ??
    checkResources(pod, node, others) ??
    checkPlace(pod, node) ??
    checkTaints(pod, node)
  );
}

function checkOs({ metadata, spec }: Pod): Rejection | undefined {
  const label = metadata.labels?.["kubernetes.io/os"];
  if (label !== undefined && label !== "linux") {
    return {
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (spec?.os === undefined || spec.os.name === "linux") return undefined;
  return {
    reason: "PodOSNotSupported",
    message: "Failed to admit pod as the OS field doesn't match node OS",
  };
}

function checkResources(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const slots = allocatable.pods;
  if (slots !== undefined && others.length + 1 > Number(quantityToInt64(parseQuantity(slots)))) {
    return lacking("pods", 1n, BigInt(others.length), quantityToInt64(parseQuantity(slots)));
  }
  const requests = amountsOf(pod);
  if (requests.size === 0) return undefined;
  const totals = others.map(amountsOf);
  for (const [name, requested] of requests) {
    const capacity = allocatable[name];
    // A node that does not say what it has is not asked.
    if (requested.mantissa === 0n || capacity === undefined) continue;
    const used = totals.reduce<Quantity>((sum, total) => {
      const amount = total.get(name);
      return amount === undefined ? sum : addQuantities(sum, amount);
    }, NO_QUANTITY);
    const available = parseQuantity(capacity);
    if (compareQuantities(addQuantities(used, requested), available) > 0) {
      const inUnit = (quantity: Quantity): bigint =>
        quantityToInt64(name === "cpu" ? { ...quantity, scale: quantity.scale + 3 } : quantity);
      return lacking(name, inUnit(requested), inUnit(used), inUnit(available));
    }
  }
  return undefined;
}

/** Of the specification, which says what the node has agreed to: the status may lag behind. */
function amountsOf({ spec }: Pod): ReturnType<typeof podAmounts> {
  return podAmounts(spec === undefined ? {} : { spec }, "requests");
}

function lacking(resource: string, requested: bigint, used: bigint, capacity: bigint): Rejection {
  return {
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}

function predicate(name: string, description: string): Rejection {
  return { reason: name, message: `Predicate ${name} failed: ${description}` };
}

function checkPlace({ spec }: Pod, node: Node): Rejection | undefined {
  if (spec !== undefined && !requiredNodes(spec)(node)) {
    return predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  }
  return undefined;
}

function checkTaints({ spec }: Pod, node: Node): Rejection | undefined {
  const { taints = [] } = node.spec ?? {};
  const untolerated = untoleratedTaint(taints, spec?.tolerations ?? [], ["NoExecute"]);
  if (untolerated === undefined) return undefined;
  return predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate");
}

import {
  type NodeMatcher,
  namedNodes,
  preferredNodes,
  requiredNodes,
} from "../../api/node-affinity.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Pod, Taint, Toleration } from "../../api/types.ts";
import { portsConflict } from "./host-ports.ts";
import { type NodeInfo, type PlacedPod, placedPod } from "./node-info.ts";
import { requiredFeatures } from "./required-features.ts";

/** A pod with all that is asked of nodes, worked out once. */
export interface WaitingPod extends PlacedPod {
  readonly pod: Readonly<Pod>;
  readonly tolerations: readonly Toleration[];
  readonly matchesNode: NodeMatcher;
  readonly preference: (node: Parameters<NodeMatcher>[0]) => number;
  /** The only nodes that it can be on; undefined when it may be any. */
  readonly namedNodes: ReadonlySet<string> | undefined;
  /** What its node must declare that it can do. */
  readonly features: readonly string[];
}

export function waitingPod(pod: Readonly<Pod>): WaitingPod {
  const spec = pod.spec ?? { containers: [] };
  return {
    ...placedPod(pod),
    pod,
    tolerations: spec.tolerations ?? [],
    matchesNode: requiredNodes(spec),
    preference: preferredNodes(spec),
    namedNodes: namedNodes(spec),
    features: requiredFeatures(spec),
  };
}

/** Why a node does not take a pod. */
export interface Rejection {
  /** Part of the protocol: people see these very texts. */
  readonly reasons: readonly string[];
  /** Fewer pods on the node would help. */
  readonly isForWantOfRoom: boolean;
}

type Filter = (pod: WaitingPod, info: NodeInfo) => Rejection | undefined;

/** In upstream's order: the first that rejects a node tells why. @see kubernetes getDefaultPlugins */
const FILTERS: readonly Filter[] = [
  isSchedulable,
  tolerates,
  matches,
  hasFreePorts,
  hasRoom,
  hasFeatures,
];

/** Undefined when the node takes the pod. */
export function filterNode(pod: WaitingPod, info: NodeInfo): Rejection | undefined {
  for (const filter of FILTERS) {
    const rejection = filter(pod, info);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}

function never(reason: string): Rejection {
  return { reasons: [reason], isForWantOfRoom: false };
}

const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

function isSchedulable({ tolerations }: WaitingPod, { node }: NodeInfo): Rejection | undefined {
  if (node?.spec?.unschedulable !== true) return undefined;
  if (untoleratedTaint([UNSCHEDULABLE], tolerations, ["NoSchedule"]) === undefined)
    return undefined;
  return never("node(s) were unschedulable");
}

function tolerates({ tolerations }: WaitingPod, { node }: NodeInfo): Rejection | undefined {
  const taints = node?.spec?.taints ?? [];
  if (untoleratedTaint(taints, tolerations, ["NoSchedule", "NoExecute"]) === undefined) {
    return undefined;
  }
  return never("node(s) had untolerated taint(s)");
}

function matches({ matchesNode }: WaitingPod, { node }: NodeInfo): Rejection | undefined {
  if (node !== undefined && matchesNode(node)) return undefined;
  return never("node(s) didn't match Pod's node affinity/selector");
}

function hasFreePorts({ ports }: WaitingPod, info: NodeInfo): Rejection | undefined {
  if (ports.length === 0) return undefined;
  for (const other of info.podsWithPorts) {
    if (!portsConflict(ports, other.ports)) continue;
    const reason = "node(s) didn't have free ports for the requested pod ports";
    return { reasons: [reason], isForWantOfRoom: true };
  }
  return undefined;
}

/** @see kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go (fitsRequest) */
function hasRoom({ amounts }: WaitingPod, info: NodeInfo): Rejection | undefined {
  const { capacity } = info;
  const reasons: string[] = [];
  let isForWantOfRoom = true;
  if (info.podCount + 1 > capacity.pods) reasons.push("Too many pods");
  for (const [resource, amount] of amounts) {
    const allocatable = capacity.amounts.get(resource) ?? 0n;
    if (amount <= allocatable - info.requested(resource)) continue;
    reasons.push(`Insufficient ${resource}`);
    if (amount > allocatable) isForWantOfRoom = false;
  }
  return reasons.length === 0 ? undefined : { reasons, isForWantOfRoom };
}

/** @see kubernetes pkg/scheduler/framework/plugins/nodedeclaredfeatures */
function hasFeatures({ features }: WaitingPod, { node }: NodeInfo): Rejection | undefined {
  if (features.length === 0) return undefined;
  const declared = node?.status?.declaredFeatures ?? [];
  if (features.every((feature) => declared.includes(feature))) return undefined;
  return never("node(s) didn't match Pod's required features");
}

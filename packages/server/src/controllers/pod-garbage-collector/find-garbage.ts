import type { Node, Pod } from "../../api/types.ts";
import { instantOf } from "../pod-state.ts";

export interface GarbageFacts {
  readonly pods: Iterable<Readonly<Pod>>;
  /** The node of a name, if there is one. */
  readonly nodeOf: (name: string) => Readonly<Node> | undefined;
  /** Nodes that are known not to be there any more. */
  readonly goneNodes: ReadonlySet<string>;
  /** So many pods that have ended may stay; 0 for all of them. */
  readonly terminatedPodThreshold: number;
}

/** Pods that nobody else will ever take away. */
export interface Garbage {
  /** Ended, and there are too many of them. */
  readonly terminated: readonly Readonly<Pod>[];
  /** Going, on a node that somebody has put out of service. */
  readonly outOfService: readonly Readonly<Pod>[];
  /** On a node that is gone. */
  readonly orphaned: readonly Readonly<Pod>[];
  /** Going, and never given a node. */
  readonly unscheduled: readonly Readonly<Pod>[];
}

/** @see kubernetes pkg/controller/podgc/gc_controller.go */
export function findGarbage(facts: GarbageFacts): Garbage {
  const { nodeOf, goneNodes, terminatedPodThreshold } = facts;
  const ended: Readonly<Pod>[] = [];
  const outOfService: Readonly<Pod>[] = [];
  const orphaned: Readonly<Pod>[] = [];
  const unscheduled: Readonly<Pod>[] = [];
  for (const pod of facts.pods) {
    const nodeName = pod.spec?.nodeName ?? "";
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (isEnded(pod)) ended.push(pod);
    if (isGoing && nodeName === "") unscheduled.push(pod);
    if (isGoing && isOutOfService(nodeOf(nodeName))) outOfService.push(pod);
    if (goneNodes.has(nodeName)) orphaned.push(pod);
  }
  const surplus = terminatedPodThreshold > 0 ? ended.length - terminatedPodThreshold : 0;
  const terminated = surplus > 0 ? ended.sort(compareByWorth).slice(0, surplus) : [];
  return { terminated, outOfService: outOfService.sort(compareByWorth), orphaned, unscheduled };
}

function isEnded({ status }: Readonly<Pod>): boolean {
  const { phase = "Pending" } = status ?? {};
  return phase !== "Pending" && phase !== "Running" && phase !== "Unknown";
}

const OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

function isOutOfService(node: Readonly<Node> | undefined): boolean {
  if (node === undefined) return false;
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  const taints = node.spec?.taints ?? [];
  return ready?.status !== "True" && taints.some(({ key }) => key === OUT_OF_SERVICE);
}

/** Evicted ones first, of which nobody wants to know more; then the oldest. */
function compareByWorth(one: Readonly<Pod>, other: Readonly<Pod>): number {
  const rank = ({ status }: Readonly<Pod>): number =>
    status?.phase === "Failed" && status.reason === "Evicted" ? 0 : 1;
  const createdAt = ({ metadata }: Readonly<Pod>): number =>
    instantOf(metadata.creationTimestamp) ?? 0;
  const nameOf = ({ metadata }: Readonly<Pod>): string => metadata.name ?? "";
  return (
    rank(one) - rank(other) ||
    createdAt(one) - createdAt(other) ||
    (nameOf(one) < nameOf(other) ? -1 : 1)
  );
}

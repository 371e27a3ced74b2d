import type { DaemonSet, DaemonSetStatus, Node, Pod } from "../../api/types.ts";
import { isPodAvailable, isPodReady } from "../pod-state.ts";
import { isUpdated } from "./daemon-pod.ts";
import type { NodeFit } from "./node-fit.ts";
import { compareDaemonPods } from "./pods-on-node.ts";

export interface StatusFacts {
  readonly set: Readonly<DaemonSet>;
  readonly nodes: Iterable<Readonly<Node>>;
  readonly fit: (node: Readonly<Node>) => NodeFit;
  readonly podsOfNodes: ReadonlyMap<string, readonly Readonly<Pod>[]>;
  readonly hash: string;
  readonly now: number;
  /** Whether all that this generation asks for has been tried. */
  readonly isProcessed: boolean;
}

/** @see kubernetes pkg/controller/daemon/daemon_controller.go (updateDaemonSetStatus) */
export function daemonSetStatus(facts: StatusFacts): DaemonSetStatus {
  const { set, nodes, fit, podsOfNodes, hash, now, isProcessed } = facts;
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const node of nodes) {
    const [pod] = [...(podsOfNodes.get(node.metadata.name ?? "") ?? [])].sort(compareDaemonPods);
    if (!fit(node).shouldRun) {
      if (pod !== undefined) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (pod === undefined) continue;
    counts.current++;
    if (isPodReady(pod)) counts.ready++;
    if (isPodAvailable(pod, minReadySeconds, now)) counts.available++;
    if (isUpdated(pod, set, hash)) counts.updated++;
  }
  const { status, metadata } = set;
  const observed = isProcessed ? metadata.generation : status?.observedGeneration;
  return {
    ...status,
    ...(observed === undefined ? {} : { observedGeneration: observed }),
    desiredNumberScheduled: counts.desired,
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    numberReady: counts.ready,
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
  };
}

/** Numbers that are zero need not be there. */
export function isStatusCurrent(
  { status, metadata }: Readonly<DaemonSet>,
  now: DaemonSetStatus,
): boolean {
  const fields = [
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberMisscheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
  ] as const;
  return (
    fields.every((field) => (status?.[field] ?? 0) === (now[field] ?? 0)) &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

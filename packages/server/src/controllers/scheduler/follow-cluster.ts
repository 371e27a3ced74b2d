import type { Node, PersistentVolumeClaim, Pod } from "../../api/types.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ClusterState } from "./cluster-state.ts";
import { filterNode, waitingPod } from "./node-filters.ts";
import { type NodeInfo, placedPod } from "./node-info.ts";
import { asksForLess, awaitsScheduling, isAssigned, isFinished } from "./pod-requirements.ts";
import type { SchedulingQueue } from "./scheduling-queue.ts";
import { usesClaims } from "./volume-claims.ts";

export interface FollowClusterOptions {
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly state: ClusterState;
  readonly queue: SchedulingQueue;
}

/**
 * Keeps state and queue as informers tell, and gives pods another turn when something has changed
 * that helps them: a node that takes them now, a claim of their namespace, or their own demands.
 * @see kubernetes pkg/scheduler/eventhandlers.go
 */
export function followCluster({ pods, nodes, claims, state, queue }: FollowClusterOptions): void {
  const retryOn = (info: NodeInfo | undefined): void => {
    if (info?.node === undefined) return;
    queue.retry((waiting) => filterNode(waiting, info) === undefined);
  };
  const freeRoom = (uid: string): void => retryOn(state.remove(uid));
  const see = (pod: Readonly<Pod>, before: Readonly<Pod> | undefined): void => {
    const uid = pod.metadata.uid ?? "";
    if (awaitsScheduling(pod)) {
      // Whoever is going gives up the node that it was given and never got.
      if (pod.metadata.deletionTimestamp !== undefined) freeRoom(uid);
      if (state.has(uid)) return;
      queue.put(waitingPod(pod), before === undefined || asksForLess(pod, before));
      return;
    }
    queue.delete(uid);
    if (!isAssigned(pod) || isFinished(pod)) freeRoom(uid);
    else {
      const smaller = before !== undefined && isAssigned(before) && asksForLess(pod, before);
      state.place(placedPod(pod), pod.spec?.nodeName ?? "");
      if (smaller) retryOn(state.infoOf(uid));
    }
  };
  pods.addHandler({
    added: (pod) => see(pod, undefined),
    updated: see,
    deleted: ({ metadata }) => {
      queue.delete(metadata.uid ?? "");
      freeRoom(metadata.uid ?? "");
    },
  });
  followNodes(nodes, state, queue, retryOn);
  followClaims(claims, queue);
}

function followNodes(
  nodes: Informer<Node>,
  state: ClusterState,
  queue: SchedulingQueue,
  retryOn: (info: NodeInfo) => void,
): void {
  nodes.addHandler({
    added: (node) => {
      const isFirst = state.nodes.length === 0;
      const info = state.setNode(node);
      // Pods that were told that there are no nodes get to know what is wrong with this one.
      if (isFirst) queue.retry(() => true);
      else retryOn(info);
    },
    updated: (node) => retryOn(state.setNode(node)),
    deleted: ({ metadata }) => state.deleteNode(metadata.name ?? ""),
  });
}

function followClaims(claims: Informer<PersistentVolumeClaim>, queue: SchedulingQueue): void {
  const retryIn = ({ metadata }: Readonly<PersistentVolumeClaim>): void =>
    queue.retry(({ pod }) => pod.metadata.namespace === metadata.namespace && usesClaims(pod));
  claims.addHandler({ added: retryIn, updated: retryIn });
}

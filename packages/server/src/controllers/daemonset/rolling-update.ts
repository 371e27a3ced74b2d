import type { DaemonSet, Pod } from "../../api/types.ts";
import { isPodAvailable } from "../pod-state.ts";
import { isUpdated } from "./daemon-pod.ts";
import { updateLimits } from "./surge.ts";

export interface UpdateSituation {
  readonly set: Readonly<DaemonSet>;
  readonly hash: string;
  readonly now: number;
  /** Nodes that should run the pod. */
  readonly wanted: ReadonlySet<string>;
  /** By the node that they are on or meant for; nodes that should have one and have none are here too. */
  readonly podsOfNodes: ReadonlyMap<string, readonly Readonly<Pod>[]>;
}

/** Old pods to be deleted, and nodes that get a new pod beside the old one. */
export interface UpdateStep {
  readonly deletions: readonly Readonly<Pod>[];
  readonly nodes: readonly string[];
}

/**
 * The next step of an update that leaves enough pods available.
 * @see kubernetes pkg/controller/daemon/update.go (rollingUpdate)
 */
export function nextUpdateStep(situation: UpdateSituation): UpdateStep {
  const { maxSurge, maxUnavailable } = updateLimits(situation.set, situation.wanted.size);
  return maxSurge === 0 ? replaceStep(situation, maxUnavailable) : surgeStep(situation, maxSurge);
}

/** The new and the old pod of a node; undefined where there are more, which is put right elsewhere. */
interface NodePods {
  readonly newPod: Readonly<Pod> | undefined;
  readonly oldPod: Readonly<Pod> | undefined;
}

function podsOf(
  pods: readonly Readonly<Pod>[],
  { set, hash }: UpdateSituation,
): NodePods | undefined {
  const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const [newPod, ...newer] = present.filter((pod) => isUpdated(pod, set, hash));
  const [oldPod, ...older] = present.filter((pod) => !isUpdated(pod, set, hash));
  return newer.length > 0 || older.length > 0 ? undefined : { newPod, oldPod };
}

function availabilityAt({ set, now }: UpdateSituation): (pod: Readonly<Pod>) => boolean {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  return (pod) => isPodAvailable(pod, minReadySeconds, now);
}

/** Old pods make room for new ones: those that are of no use at once, others a few at a time. */
function replaceStep(situation: UpdateSituation, maxUnavailable: number): UpdateStep {
  const isAvailable = availabilityAt(situation);
  const useless: Readonly<Pod>[] = [];
  const candidates: Readonly<Pod>[] = [];
  let unavailable = 0;
  for (const pods of situation.podsOfNodes.values()) {
    const found = podsOf(pods, situation);
    if (found === undefined || (found.newPod === undefined) === (found.oldPod === undefined)) {
      // It gets its pod, or loses one of two: until then nothing is there.
      unavailable++;
    } else if (found.newPod !== undefined) {
      if (!isAvailable(found.newPod)) unavailable++;
    } else if (found.oldPod !== undefined) {
      if (isAvailable(found.oldPod)) candidates.push(found.oldPod);
      else {
        useless.push(found.oldPod);
        unavailable++;
      }
    }
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return { deletions: [...useless, ...candidates.slice(0, room)], nodes: [] };
}

/** New pods come beside old ones, which go when they are no longer needed. */
function surgeStep(situation: UpdateSituation, maxSurge: number): UpdateStep {
  const isAvailable = availabilityAt(situation);
  const { wanted } = situation;
  const deletions: Readonly<Pod>[] = [];
  /** On nodes that should not run the pod any more: they go as others become available. */
  const sunset: Readonly<Pod>[] = [];
  const nodes: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let available = 0;
  for (const [node, pods] of situation.podsOfNodes) {
    const found = podsOf(pods, situation);
    if (found === undefined) {
      surging++;
      continue;
    }
    const { newPod, oldPod } = found;
    const serving = oldPod ?? newPod;
    if (serving !== undefined && isAvailable(serving)) available++;
    if (oldPod === undefined) continue;
    if (newPod !== undefined) {
      if (isAvailable(newPod)) deletions.push(oldPod);
      else surging++;
    } else if (isAvailable(oldPod)) {
      if (wanted.has(node)) candidates.push(node);
      else sunset.push(oldPod);
    } else if (wanted.has(node)) nodes.push(node);
    else deletions.push(oldPod);
  }
  const dispensable = Math.max(0, available - wanted.size);
  const room = Math.max(0, maxSurge - surging);
  return {
    deletions: [...deletions, ...sunset.slice(0, dispensable)],
    nodes: [...nodes, ...candidates.slice(0, room)],
  };
}

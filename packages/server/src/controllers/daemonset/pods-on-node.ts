import type { DaemonSet, Pod } from "../../api/types.ts";
import { instantOf, isPodAvailable, isPodReady } from "../pod-state.ts";
import { REVISION_HASH_LABEL } from "./daemon-pod.ts";
import type { NodeFit } from "./node-fit.ts";
import { allowsSurge } from "./surge.ts";

export interface NodeSituation {
  readonly fit: NodeFit;
  /** Undefined where no pod is, and none on its way. */
  readonly pods: readonly Readonly<Pod>[] | undefined;
  readonly set: Readonly<DaemonSet>;
  readonly hash: string;
  readonly now: number;
}

export interface NodePlan {
  readonly needsPod: boolean;
  readonly deletions: readonly Readonly<Pod>[];
  /** Pods that failed: they are deleted too, but not too often. */
  readonly failed: readonly Readonly<Pod>[];
  /** Pods that ended although they should run for ever; deleted like `deletions`. */
  readonly succeeded: readonly Readonly<Pod>[];
}

const NOTHING: NodePlan = { needsPod: false, deletions: [], failed: [], succeeded: [] };

/**
 * What has to be done about one node so that it has the pod it should have.
 * @see kubernetes pkg/controller/daemon/daemon_controller.go (podsShouldBeOnNode)
 */
export function planNode(situation: NodeSituation): NodePlan {
  const { fit, pods, set } = situation;
  if (fit.shouldRun && pods === undefined) return { ...NOTHING, needsPod: true };
  if (pods === undefined) return NOTHING;
  const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (!fit.mayContinue) return { ...NOTHING, deletions: present };
  const ofPhase = (phase: string) => present.filter(({ status }) => status?.phase === phase);
  const ended = { failed: ofPhase("Failed"), succeeded: ofPhase("Succeeded") };
  const running = present
    .filter(({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded")
    .sort(compareDaemonPods);
  const plan = { ...NOTHING, ...ended };
  if (!allowsSurge(set)) return { ...plan, deletions: running.slice(1) };
  if (running.length <= 1) return { ...plan, needsPod: running.length === 0 && fit.shouldRun };
  return { ...plan, deletions: surplusDuringSurge(running, situation) };
}

/**
 * Two are allowed while the new one is not yet available and the old one still is; nobody else is.
 * @param running - The oldest first.
 */
function surplusDuringSurge(
  running: readonly Readonly<Pod>[],
  { set, hash, now }: NodeSituation,
): readonly Readonly<Pod>[] {
  const isNew = ({ metadata }: Readonly<Pod>): boolean =>
    metadata.labels?.[REVISION_HASH_LABEL] === hash;
  const [newPod, ...newer] = running.filter(isNew);
  const [oldPod, ...others] = running.filter((pod) => !isNew(pod));
  const surplus = running.filter((pod) => newer.includes(pod) || others.includes(pod));
  if (newPod === undefined || oldPod === undefined) return surplus;
  const isReplaced = isPodAvailable(newPod, set.spec?.minReadySeconds ?? 0, now);
  return !isPodReady(oldPod) || isReplaced ? [...surplus, oldPod] : surplus;
}

/** On its node first, then the oldest, then by name. */
export function compareDaemonPods(one: Readonly<Pod>, other: Readonly<Pod>): number {
  const isPlaced = ({ spec }: Readonly<Pod>): number => ((spec?.nodeName ?? "") === "" ? 1 : 0);
  const createdAt = ({ metadata }: Readonly<Pod>): number =>
    instantOf(metadata.creationTimestamp) ?? 0;
  const nameOf = ({ metadata }: Readonly<Pod>): string => metadata.name ?? "";
  return (
    isPlaced(one) - isPlaced(other) ||
    createdAt(one) - createdAt(other) ||
    (nameOf(one) < nameOf(other) ? -1 : 1)
  );
}

import type { Pod, StatefulSet } from "../../api/types.ts";
import { isPodAvailable, isPodReady, isPodTerminal } from "../pod-state.ts";
import { isWanted, ordinalOf, replicasOf, revisionOf, startOrdinal } from "./stateful-pods.ts";

/**
 * What has to be done about the pods of a StatefulSet, one after the other: a pod waits for those
 * before it, unless the set lets them come and go all at once.
 * @see kubernetes pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet)
 */

/** The pods of a set by what becomes of them. */
export interface StatefulPods {
  /** By place, from the first ordinal on; undefined where there is none yet. */
  readonly wanted: readonly (Readonly<Pod> | undefined)[];
  /** Those that are too many, the highest ordinal first. */
  readonly condemned: readonly Readonly<Pod>[];
}

export function sortPods(set: Readonly<StatefulSet>, pods: readonly Readonly<Pod>[]): StatefulPods {
  const wanted: (Readonly<Pod> | undefined)[] = Array.from({ length: replicasOf(set) });
  for (const pod of pods) {
    if (isWanted(set, pod)) wanted[ordinalOf(pod) - startOrdinal(set)] = pod;
  }
  const condemned = pods.filter((pod) => !isWanted(set, pod) && ordinalOf(pod) >= 0);
  condemned.sort((left, right) => ordinalOf(right) - ordinalOf(left));
  return { wanted, condemned };
}

export function isOrdered({ spec }: Readonly<StatefulSet>): boolean {
  return spec?.podManagementPolicy !== "Parallel";
}

export function isUnavailable(
  { spec }: Readonly<StatefulSet>,
  pod: Readonly<Pod> | undefined,
  now: number,
): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return true;
  return !isPodAvailable(pod, spec?.minReadySeconds ?? 0, now);
}

/** `remove`: it has ended, and another one comes when it is gone. `check`: whether it is as it should be. */
export type WantedStep = "create" | "remove" | "wait" | "check";

export function decideWanted(
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod> | undefined,
  now: number,
): WantedStep {
  if (pod === undefined) return "create";
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  if (isPodTerminal(pod)) return isGoing ? "wait" : "remove";
  if (!isOrdered(set)) return "check";
  const isRunning = pod.status?.phase === "Running" && isPodReady(pod);
  return isGoing || !isRunning || isUnavailable(set, pod, now) ? "wait" : "check";
}

/** The first pod that is not well, which may go though others wait for it; undefined when all are. */
export function firstUnavailable(
  set: Readonly<StatefulSet>,
  { wanted, condemned }: StatefulPods,
  now: number,
): Readonly<Pod> | undefined {
  const all = [...wanted, ...condemned.toReversed()];
  return all.find((pod) => isUnavailable(set, pod, now));
}

/** What becomes of a pod that is too many: of ordered ones the highest goes first, and alone. */
export function decideCondemned(
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod>,
  unavailable: Readonly<Pod> | undefined,
  now: number,
): "remove" | "wait" | "skip" {
  const ordered = isOrdered(set);
  if (pod.metadata.deletionTimestamp !== undefined) return ordered ? "wait" : "skip";
  const isWell = pod.status?.phase === "Running" && !isUnavailable(set, pod, now);
  return isWell || !ordered || pod === unavailable ? "remove" : "wait";
}

/**
 * The pod that has to go so that its successor is of the new revision: the highest first, and the
 * next one when that is well; undefined when there is none, or one has to be waited for.
 */
export function decideReplaced(
  set: Readonly<StatefulSet>,
  { wanted }: StatefulPods,
  updateRevision: string,
  now: number,
): Readonly<Pod> | undefined {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === "OnDelete") return undefined;
  for (let place = wanted.length - 1; place >= (rollingUpdate?.partition ?? 0); place--) {
    const pod = wanted[place];
    if (pod === undefined) return undefined;
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (revisionOf(pod) !== updateRevision && !isGoing) return pod;
    if (isUnavailable(set, pod, now)) return undefined;
  }
  return undefined;
}

/** Whether a pod that is made now is still of the old revision. */
export function isMadeOfCurrent({ spec, ...set }: Readonly<StatefulSet>, ordinal: number): boolean {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  const place = ordinal - (spec?.ordinals?.start ?? 0);
  if (rollingUpdate !== undefined) return place < (rollingUpdate.partition ?? 0);
  return type === "RollingUpdate" && place < (set.status?.currentReplicas ?? 0);
}

import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { instantOf } from "../pod-state.ts";
import { replicasOf } from "./replica-counts.ts";
import { DESIRED_REPLICAS, revisionOf } from "./revisions.ts";

/** Label by which the pods of one set differ from those of another. */
export const TEMPLATE_HASH_LABEL = "pod-template-hash";

/** The sets of a deployment, told apart. All lists are from old to new. */
export interface ReplicaSets {
  /** The one with the deployment's template; undefined when there is none yet. */
  readonly newest: Readonly<ReplicaSet> | undefined;
  readonly old: readonly Readonly<ReplicaSet>[];
}

/** Of several sets with the deployment's template the oldest counts as the newest. */
export function tellApart(
  deployment: Readonly<Deployment>,
  sets: readonly Readonly<ReplicaSet>[],
): ReplicaSets {
  const sorted = sets.toSorted(byCreation);
  const template = deployment.spec?.template;
  const newest = sorted.find((set) => isSameTemplate(set.spec?.template, template));
  return { newest, old: sorted.filter((set) => set !== newest) };
}

export function allOf({ newest, old }: ReplicaSets): readonly Readonly<ReplicaSet>[] {
  return newest === undefined ? old : [...old, newest];
}

/** Those that want pods. */
export function activeOf(sets: readonly Readonly<ReplicaSet>[]): readonly Readonly<ReplicaSet>[] {
  return sets.filter((set) => replicasOf(set) > 0);
}

/** Equal but for the label that tells sets apart. */
export function isSameTemplate(
  left: Readonly<PodTemplateSpec> | undefined,
  right: Readonly<PodTemplateSpec> | undefined,
): boolean {
  return semanticEqual(withoutHash(left), withoutHash(right));
}

export function withoutHash(template: Readonly<PodTemplateSpec> = {}): PodTemplateSpec {
  const { metadata, ...rest } = template;
  if (metadata?.labels === undefined) return template;
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = metadata.labels;
  return { ...rest, metadata: { ...metadata, labels } };
}

/**
 * The only set that wants pods, or, when none does, the newest there is; undefined when several do,
 * and when there is none at all.
 */
export function activeOrLatest(sets: ReplicaSets): Readonly<ReplicaSet> | undefined {
  const active = activeOf(allOf(sets));
  if (active.length === 0) return sets.newest ?? sets.old.at(-1);
  return active.length === 1 ? active[0] : undefined;
}

/** Whether the set has all pods of the deployment, and the deployment was not scaled since. */
export function isSaturated(
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet> | undefined,
): boolean {
  const desired = replicasOf(deployment);
  return (
    set !== undefined &&
    Number(set.metadata.annotations?.[DESIRED_REPLICAS]) === desired &&
    replicasOf(set) === desired &&
    (set.status?.availableReplicas ?? 0) === desired
  );
}

/** From old to new. */
export function byCreation(left: Readonly<ReplicaSet>, right: Readonly<ReplicaSet>): number {
  const createdAt = ({ metadata }: Readonly<ReplicaSet>): number =>
    instantOf(metadata.creationTimestamp) ?? 0;
  return createdAt(left) - createdAt(right) || compareNames(left, right);
}

/** From the earliest rollout to the latest. */
export function byRevision(left: Readonly<ReplicaSet>, right: Readonly<ReplicaSet>): number {
  const [a, b] = [revisionOf(left), revisionOf(right)];
  if (a === undefined || b === undefined || a === b) return byCreation(left, right);
  return a - b;
}

function compareNames(left: Readonly<ReplicaSet>, right: Readonly<ReplicaSet>): number {
  const [a = "", b = ""] = [left.metadata.name, right.metadata.name];
  return a < b ? -1 : a > b ? 1 : 0;
}

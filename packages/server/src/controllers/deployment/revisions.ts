import type { Deployment, ReplicaSet } from "../../api/types.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import { maxReplicasOf, replicasOf } from "./replica-counts.ts";

/**
 * Annotations in which deployments and their ReplicaSets keep the history of rollouts.
 * @see kubernetes pkg/controller/deployment/util/deployment_util.go
 */

/** Number of the rollout: of the deployment and its newest set the highest. */
export const REVISION = "deployment.kubernetes.io/revision";
/** Numbers that a set had before it was rolled back to, `1,3`. */
const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
/** How many pods the deployment wanted when the set was scaled last. */
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
/** The same with the surge. */
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
/** What `apps/v1beta1` had as a field. */
export const ROLLBACK_TO = "deprecated.deployment.rollback.to";
/** Of `kubectl apply`. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** These say something about the object that bears them, and are never copied. */
const OWN: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

/** About a hundred numbers. */
const MAX_HISTORY_CHARACTERS = 2000;
const MAX_INT32 = 2 ** 31 - 1;

export type Annotations = Readonly<Record<string, string>>;

/** Number of an object's rollout; 0 when it has none, undefined when it is no number. */
export function revisionOf({ metadata }: Readonly<ApiObject>): number | undefined {
  const text = metadata.annotations?.[REVISION];
  return text === undefined ? 0 : parseInteger(text);
}

/** The highest number of these sets; 0 when there is none. */
export function maxRevision(sets: readonly Readonly<ReplicaSet>[]): number {
  return Math.max(0, ...sets.map((set) => revisionOf(set) ?? 0));
}

/** The second highest number of these sets: what an undo goes back to. */
export function lastRevision(sets: readonly Readonly<ReplicaSet>[]): number {
  const revisions = sets.map((set) => revisionOf(set) ?? 0).sort((left, right) => right - left);
  return revisions[1] ?? 0;
}

/** How many pods the deployment wanted when the set was scaled last, if it says. */
export function replicasAnnotation(
  { metadata }: Readonly<ReplicaSet>,
  name: typeof DESIRED_REPLICAS | typeof MAX_REPLICAS,
): number | undefined {
  const text = metadata.annotations?.[name] ?? "";
  const count = /^[0-9]+$/.test(text) ? Number(text) : undefined;
  return count !== undefined && count <= MAX_INT32 ? count : undefined;
}

/** What `scale` writes on the sets of a deployment. */
export function withReplicasAnnotations(
  annotations: Annotations | undefined,
  deployment: Readonly<Deployment>,
): Annotations {
  return {
    ...annotations,
    [DESIRED_REPLICAS]: String(replicasOf(deployment)),
    [MAX_REPLICAS]: String(maxReplicasOf(deployment)),
  };
}

/**
 * Annotations of the newest set: those of the deployment, and the number of its rollout. A set that
 * is rolled back to keeps the numbers that it had.
 * @returns undefined when its revision is no number, and nothing may be changed
 */
export function newestAnnotations(
  deployment: Readonly<Deployment>,
  current: Annotations | undefined,
  newRevision: number,
): Annotations | undefined {
  const annotations: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!OWN.has(key)) annotations[key] = value;
  }
  const before = current?.[REVISION] ?? "";
  const oldRevision = before === "" ? 0 : parseInteger(before);
  if (oldRevision === undefined) return undefined;
  if (oldRevision >= newRevision) return annotations;
  annotations[REVISION] = String(newRevision);
  if (current?.[REVISION] !== undefined) {
    annotations[REVISION_HISTORY] = appendRevision(annotations[REVISION_HISTORY] ?? "", before);
  }
  return annotations;
}

/** Old numbers make way for new ones when there are too many. */
function appendRevision(history: string, revision: string): string {
  if (history === "") return revision;
  const revisions = history.split(",");
  let length = history.length + revision.length + 1;
  let first = 0;
  for (; length > MAX_HISTORY_CHARACTERS && first < revisions.length; first++) {
    length -= (revisions[first]?.length ?? 0) + 1;
  }
  if (length > MAX_HISTORY_CHARACTERS) return history;
  return [...revisions.slice(first), revision].join(",");
}

/** Annotations of a deployment that goes back to a set: the set's, and its own that are never copied. */
export function annotationsOfRollback(
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet>,
): Annotations {
  const entries = (object: Readonly<ApiObject>, own: boolean) =>
    Object.entries(object.metadata.annotations ?? {}).filter(([key]) => OWN.has(key) === own);
  return Object.fromEntries([...entries(deployment, true), ...entries(set, false)]);
}

/** As `strconv.ParseInt` reads it. */
function parseInteger(text: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}

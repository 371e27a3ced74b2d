import { writeAnyJson } from "../../api/encode-json-text.ts";
import type { ControllerRevision, DaemonSet } from "../../api/types.ts";
import { newControllerRef } from "../controller-ref.ts";
import { templateHash } from "../deployment/template-hash.ts";
import { DAEMON_SET, REVISION_HASH_LABEL } from "./daemon-pod.ts";

/**
 * What a revision keeps: a strategic merge patch that brings its template back. `kubectl rollout
 * undo` applies it as it is.
 * @see kubernetes pkg/controller/daemon/update.go (getPatch)
 */
export function revisionData({ spec }: Readonly<DaemonSet>): unknown {
  return sorted({ spec: { template: { ...spec?.template, $patch: "replace" } } });
}

/** Whether a revision keeps the template that the set has now. */
export function isRevisionOf(
  set: Readonly<DaemonSet>,
  { data }: Readonly<ControllerRevision>,
): boolean {
  return writeAnyJson(sorted(data)) === writeAnyJson(revisionData(set));
}

/** Keys in order, as upstream writes them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

export function newRevision(set: Readonly<DaemonSet>, revision: number): ControllerRevision {
  const { name = "", namespace = "", annotations } = set.metadata;
  const template = set.spec?.template ?? {};
  const hash = templateHash(template, set.status?.collisionCount);
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [REVISION_HASH_LABEL]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [newControllerRef(DAEMON_SET, set)],
    },
    data: revisionData(set),
    revision,
  };
}

export function hashOf({ metadata }: Readonly<ControllerRevision>): string {
  return metadata.labels?.[REVISION_HASH_LABEL] ?? "";
}

/** The number of the template's revision: above all that are over. */
export function nextRevisionNumber(old: readonly Readonly<ControllerRevision>[]): number {
  return Math.max(0, ...old.map(({ revision }) => Number(revision))) + 1;
}

/**
 * Revisions that nobody needs: the oldest, as far as there are more than the limit and no pod is of
 * them.
 */
export function revisionsToDelete(
  old: readonly Readonly<ControllerRevision>[],
  limit: number,
  liveHashes: ReadonlySet<string>,
): readonly Readonly<ControllerRevision>[] {
  const surplus = old.length - limit;
  if (surplus <= 0) return [];
  return [...old]
    .sort((one, other) => Number(one.revision) - Number(other.revision))
    .filter((revision) => !liveHashes.has(hashOf(revision)))
    .slice(0, surplus);
}

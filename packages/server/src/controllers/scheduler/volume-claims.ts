import type { PersistentVolumeClaim, Pod, Volume } from "../../api/types.ts";
import type { Lister } from "../../informer/lister.ts";
import { claimNameOf, claimNamesOf, foreignClaim } from "../volume-claims-of-pods.ts";

/**
 * Why the claims of a pod keep it from every node; undefined when nothing is wrong with them. Nobody
 * provides volumes here, so a claim is bound when somebody has bound it by hand.
 * @see kubernetes pkg/scheduler/framework/plugins/volumebinding (PreFilter)
 */
export function claimProblem(
  pod: Readonly<Pod>,
  claims: Lister<PersistentVolumeClaim>,
): string | undefined {
  const { metadata, spec } = pod;
  let isAllBound = true;
  for (const volume of spec?.volumes ?? []) {
    const name = claimNameOf(volume, metadata.name ?? "");
    if (name === undefined) continue;
    const claim = claims.get(metadata.namespace ?? "", name);
    const problem = problemOf(name, claim, volume, pod);
    if (problem !== undefined) return problem;
    isAllBound &&= claim?.status?.phase === "Bound";
  }
  return isAllBound ? undefined : "pod has unbound immediate PersistentVolumeClaims";
}

/** Whether a pod uses claims at all. */
export function usesClaims(pod: Readonly<Pod>): boolean {
  return claimNamesOf(pod).length > 0;
}

function problemOf(
  name: string,
  claim: Readonly<PersistentVolumeClaim> | undefined,
  volume: Volume,
  pod: Readonly<Pod>,
): string | undefined {
  const quoted = JSON.stringify(name);
  if (claim === undefined) {
    return volume.ephemeral === undefined
      ? `persistentvolumeclaim ${quoted} not found`
      : `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`;
  }
  const { metadata, spec, status } = claim;
  if (status?.phase === "Lost") {
    const volumeName = JSON.stringify(spec?.volumeName ?? "");
    return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${volumeName}`;
  }
  if (metadata.deletionTimestamp !== undefined) {
    return `persistentvolumeclaim ${quoted} is being deleted`;
  }
  return volume.ephemeral === undefined ? undefined : foreignClaim(claim, pod);
}

import type { ObjectMeta, PersistentVolumeClaim, Pod, Volume } from "../../api/types.ts";
import type { Lister } from "../../informer/lister.ts";
import { controllerOf } from "../controller-ref.ts";

/**
 * Why the claims of a pod keep it from every node; undefined when nothing is wrong with them. Nobody
 * provides volumes here, so a claim is bound when somebody has bound it by hand.
 * @see kubernetes pkg/scheduler/framework/plugins/volumebinding (PreFilter)
 */
export function claimProblem(
  { metadata, spec }: Readonly<Pod>,
  claims: Lister<PersistentVolumeClaim>,
): string | undefined {
  let isAllBound = true;
  for (const volume of spec?.volumes ?? []) {
    const name = claimNameOf(volume, metadata.name ?? "");
    if (name === undefined) continue;
    const claim = claims.get(metadata.namespace ?? "", name);
    const problem = problemOf(name, claim, volume, metadata);
    if (problem !== undefined) return problem;
    isAllBound &&= claim?.status?.phase === "Bound";
  }
  return isAllBound ? undefined : "pod has unbound immediate PersistentVolumeClaims";
}

/** Whether a pod uses claims at all. */
export function usesClaims({ metadata, spec }: Readonly<Pod>): boolean {
  const name = metadata.name ?? "";
  return (spec?.volumes ?? []).some((volume) => claimNameOf(volume, name) !== undefined);
}

function claimNameOf(volume: Volume, podName: string): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral === undefined ? undefined : `${podName}-${volume.name}`;
}

function problemOf(
  name: string,
  claim: Readonly<PersistentVolumeClaim> | undefined,
  volume: Volume,
  pod: ObjectMeta,
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
  if (volume.ephemeral !== undefined && controllerOf(claim)?.uid !== pod.uid) {
    const { namespace } = metadata;
    return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.name} (pod is not owner)`;
  }
  return undefined;
}

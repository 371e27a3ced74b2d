import type { PersistentVolumeClaim, Pod } from "../../api/types.ts";
import { claimNameOf, foreignClaim } from "../volume-claims-of-pods.ts";

/**
 * Whether the pod, which has a node, keeps the claim from going: no node starts a pod with a claim
 * that is going already.
 * @see kubernetes pkg/controller/volume/pvcprotection (podUsesPVCForDeletion)
 */
export function usesClaim(pod: Readonly<Pod>, claim: Readonly<PersistentVolumeClaim>): boolean {
  const { metadata, spec } = pod;
  if ((spec?.nodeName ?? "") === "") return false;
  return (spec?.volumes ?? []).some((volume) => {
    if (claimNameOf(volume, metadata.name ?? "") !== claim.metadata.name) return false;
    return !volume.ephemeral || (!isShutDown(pod) && foreignClaim(claim, pod) === undefined);
  });
}

/** Its node is done with it; what is left waits for somebody, maybe for the claim. */
function isShutDown({ metadata }: Readonly<Pod>): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

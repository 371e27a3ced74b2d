/**
 * Which pods keep a claim from going. Pure functions.
 * @see kubernetes pkg/controller/volume/pvcprotection, component-helpers/storage/ephemeral
 */
import type { PersistentVolumeClaim, Pod, Volume } from "../../api/types.ts";

/** Name of the claim that an ephemeral volume of a pod has. */
export function ephemeralClaimName(pod: Readonly<Pod>, volume: Readonly<Volume>): string {
  return `${pod.metadata.name ?? ""}-${volume.name}`;
}

/** Whether a claim was made for this pod, and not for an earlier one of its name, or by hand. */
export function isClaimOf(claim: Readonly<PersistentVolumeClaim>, pod: Readonly<Pod>): boolean {
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return (
    claim.metadata.namespace === pod.metadata.namespace &&
    owner !== undefined &&
    owner.uid === pod.metadata.uid
  );
}

/** Names of all claims that a pod's volumes may be of. */
export function claimNamesOf(pod: Readonly<Pod>): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
    return volume.ephemeral ? ephemeralClaimName(pod, volume) : [];
  });
}

/** Whether the pod, which has a node, mounts the claim: no node starts a pod with a claim that is going. */
export function usesClaim(pod: Readonly<Pod>, claim: Readonly<PersistentVolumeClaim>): boolean {
  if ((pod.spec?.nodeName ?? "") === "") return false;
  const name = claim.metadata.name ?? "";
  return (pod.spec?.volumes ?? []).some((volume) => {
    if (volume.persistentVolumeClaim?.claimName === name) return true;
    if (!volume.ephemeral || isShutDown(pod)) return false;
    return ephemeralClaimName(pod, volume) === name && isClaimOf(claim, pod);
  });
}

/** Its node is done with it; what is left waits for somebody, maybe for the claim. */
function isShutDown({ metadata }: Readonly<Pod>): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

import type { PersistentVolumeClaim, Pod, Volume } from "../api/types.ts";
import { isControlledBy } from "./controller-ref.ts";

/**
 * Name of the claim that a volume of a pod is of; undefined when it is of none.
 * @see kubernetes component-helpers/storage/ephemeral (VolumeClaimName)
 */
export function claimNameOf(volume: Readonly<Volume>, podName: string): string | undefined {
  if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral ? `${podName}-${volume.name}` : undefined;
}

/** Names of the claims of all its volumes. */
export function claimNamesOf({ metadata, spec }: Readonly<Pod>): readonly string[] {
  const { name = "" } = metadata;
  return (spec?.volumes ?? []).flatMap((volume) => claimNameOf(volume, name) ?? []);
}

/**
 * Why a claim is not the one that was made for an ephemeral volume of the pod: it may be of an earlier
 * pod of the name, or made by hand. Undefined when it is.
 * @see kubernetes component-helpers/storage/ephemeral (VolumeIsForPod)
 */
export function foreignClaim(
  claim: Readonly<PersistentVolumeClaim>,
  pod: Readonly<Pod>,
): string | undefined {
  const { namespace, name } = claim.metadata;
  if (namespace === pod.metadata.namespace && isControlledBy(claim, pod)) return undefined;
  const ofPod = `${pod.metadata.namespace}/${pod.metadata.name}`;
  return `PVC ${namespace}/${name} was not created for pod ${ofPod} (pod is not owner)`;
}

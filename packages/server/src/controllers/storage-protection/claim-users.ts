import type { PersistentVolumeClaim, Pod } from "../../api/types.ts";
import { claimNameOf, claimNamesOf, foreignClaim } from "../volume-claims-of-pods.ts";

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

/** Pods by the names of the claims that their volumes may be of, to look up many claims. */
export class ClaimUsers {
  readonly #pods = new Map<string, Readonly<Pod>[]>();

  constructor(pods: Iterable<Readonly<Pod>>) {
    for (const pod of pods) {
      for (const name of claimNamesOf(pod)) {
        const users = this.#pods.get(name);
        if (users === undefined) this.#pods.set(name, [pod]);
        else users.push(pod);
      }
    }
  }

  /** Whether one of them keeps the claim from going. */
  use(claim: Readonly<PersistentVolumeClaim>): boolean {
    const users = this.#pods.get(claim.metadata.name ?? "") ?? [];
    return users.some((pod) => usesClaim(pod, claim));
  }
}

/** Its node is done with it; what is left waits for somebody, maybe for the claim. */
function isShutDown({ metadata }: Readonly<Pod>): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

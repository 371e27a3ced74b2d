import type { Pod } from "../../api/types.ts";

/** One volume of a pod, set up on the host for its containers to see. */
export interface MountedVolume {
  readonly name: string;
  /** What is bound into containers: a directory, or a file of a hostPath volume. */
  readonly hostPath: string;
  /** Never writable in a container, whatever the mount says: what the agent itself writes. */
  readonly readOnly: boolean;
}

/** Sets up, refreshes and tears down the volumes of pods. */
export interface PodVolumes {
  /**
   * Sets up what is missing and refreshes what is there: called at the start of a pod and at every
   * later sync. Idempotent; a volume whose content is as it was is not touched.
   * @returns every volume of the pod, in the order of its spec
   * @throws VolumeError of the first volume that fails; what is set up stays
   */
  sync(pod: Pod, context: { readonly signal: AbortSignal }): Promise<readonly MountedVolume[]>;
  /** Unmounts and removes all volumes of a pod, and forgets its tokens. Idempotent. */
  tearDown(podUid: string): Promise<void>;
  /** Uids of pods that have volumes on the disk, from before this agent started too. */
  leftovers(): Promise<readonly string[]>;
}

/** Why a volume is not there; the text of a kubelet's `FailedMount` event. */
export class VolumeError extends Error {
  readonly volume: string;

  constructor(volume: string, message: string, options?: ErrorOptions) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${message}`, options);
    this.name = "VolumeError";
    this.volume = volume;
  }
}

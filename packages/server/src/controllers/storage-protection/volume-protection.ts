import type { PersistentVolume } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { PERSISTENT_VOLUMES } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE } from "../reconciler.ts";
import {
  isDeletionCandidate,
  lacksFinalizer,
  VOLUME_PROTECTION,
  withFinalizer,
  withoutFinalizer,
} from "./protection.ts";

export interface VolumeProtectionOptions {
  readonly client: Client;
  readonly volumes: Informer<PersistentVolume>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Lets volumes go that are deleted when they are bound to no claim. Keys are names.
 * @see kubernetes pkg/controller/volume/pvprotection
 */
export function createVolumeProtection(options: VolumeProtectionOptions): Controller<string> {
  const { client, volumes } = options;
  const volumeClient = client.resource(PERSISTENT_VOLUMES);
  const settle = async (volume: Readonly<PersistentVolume>, signal: AbortSignal) => {
    if (lacksFinalizer(volume, VOLUME_PROTECTION)) {
      await volumeClient.update(withFinalizer(volume, VOLUME_PROTECTION), { signal });
    } else if (isFree(volume)) {
      await volumeClient.update(withoutFinalizer(volume, VOLUME_PROTECTION), { signal });
    }
  };
  const controller = new Controller<string>({
    ...options,
    name: "persistentvolume-protection-controller",
    identify: (name) => name,
    informers: [volumes],
    reconciler: {
      async reconcile(name, { signal }) {
        const volume = volumes.lister.get("", name);
        try {
          if (volume !== undefined) await settle(volume, signal);
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        return DONE;
      },
    },
  });
  const look = (volume: Readonly<PersistentVolume>): void => {
    if (lacksFinalizer(volume, VOLUME_PROTECTION) || isFree(volume)) {
      controller.queue.add(volume.metadata.name ?? "");
    }
  };
  volumes.addHandler({ added: look, updated: look });
  return controller;
}

/** Deleted, and bound no longer. */
function isFree(volume: Readonly<PersistentVolume>): boolean {
  return isDeletionCandidate(volume, VOLUME_PROTECTION) && volume.status?.phase !== "Bound";
}

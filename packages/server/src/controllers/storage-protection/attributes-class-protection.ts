import { attributesClassesOf } from "../../api/quota/claim-usage.ts";
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  VolumeAttributesClass,
} from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { VOLUME_ATTRIBUTES_CLASSES } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE } from "../reconciler.ts";
import {
  ATTRIBUTES_CLASS_PROTECTION,
  isDeletionCandidate,
  lacksFinalizer,
  withFinalizer,
  withoutFinalizer,
} from "./protection.ts";

export interface AttributesClassProtectionOptions {
  readonly client: Client;
  readonly classes: Informer<VolumeAttributesClass>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Lets attributes classes go that are deleted when neither a claim nor a volume names them. Keys are
 * names.
 * @see kubernetes pkg/controller/volume/vacprotection
 */
export function createAttributesClassProtection(
  options: AttributesClassProtectionOptions,
): Controller<string> {
  const { client, classes, claims, volumes } = options;
  const classClient = client.resource(VOLUME_ATTRIBUTES_CLASSES);
  const isUsed = (name: string): boolean => {
    for (const volume of volumes.lister.all()) if (classesOf(volume).includes(name)) return true;
    for (const claim of claims.lister.all()) {
      if (attributesClassesOf(claim).includes(name)) return true;
    }
    return false;
  };
  const settle = async (found: Readonly<VolumeAttributesClass>, signal: AbortSignal) => {
    if (lacksFinalizer(found, ATTRIBUTES_CLASS_PROTECTION)) {
      await classClient.update(withFinalizer(found, ATTRIBUTES_CLASS_PROTECTION), { signal });
    } else if (isCandidate(found) && !isUsed(found.metadata.name ?? "")) {
      await classClient.update(withoutFinalizer(found, ATTRIBUTES_CLASS_PROTECTION), { signal });
    }
  };
  const controller = new Controller<string>({
    ...options,
    name: "volumeattributesclass-protection-controller",
    identify: (name) => name,
    informers: [classes, claims, volumes],
    reconciler: {
      async reconcile(name, { signal }) {
        const found = classes.lister.get("", name);
        try {
          if (found !== undefined) await settle(found, signal);
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        return DONE;
      },
    },
  });
  const freed = (names: readonly string[], kept: readonly string[] = []): void => {
    for (const name of names) {
      const found = classes.lister.get("", name);
      if (!kept.includes(name) && found !== undefined && isCandidate(found)) {
        controller.queue.add(name);
      }
    }
  };
  const look = (found: Readonly<VolumeAttributesClass>): void => {
    if (lacksFinalizer(found, ATTRIBUTES_CLASS_PROTECTION) || isCandidate(found)) {
      controller.queue.add(found.metadata.name ?? "");
    }
  };
  classes.addHandler({ added: look, updated: look });
  claims.addHandler({
    updated: (claim, before) => freed(attributesClassesOf(before), attributesClassesOf(claim)),
    deleted: (_claim, before) => freed(attributesClassesOf(before)),
  });
  volumes.addHandler({
    updated: (volume, before) => freed(classesOf(before), classesOf(volume)),
    deleted: (_volume, before) => freed(classesOf(before)),
  });
  return controller;
}

function isCandidate(found: Readonly<VolumeAttributesClass>): boolean {
  return isDeletionCandidate(found, ATTRIBUTES_CLASS_PROTECTION);
}

function classesOf({ spec }: Readonly<PersistentVolume>): readonly string[] {
  const name = spec?.volumeAttributesClassName ?? "";
  return name === "" ? [] : [name];
}

import type { PersistentVolumeClaim, Pod, Volume } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder, referenceTo } from "../../client/event-recorder.ts";
import {
  keyOf,
  type ObjectKey,
  PERSISTENT_VOLUME_CLAIMS,
  printKey,
} from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { newControllerRef } from "../controller-ref.ts";
import { DONE, type Reconciler } from "../reconciler.ts";
import { claimNameOf, claimNamesOf, foreignClaim } from "../volume-claims-of-pods.ts";

export interface EphemeralVolumeOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly claims: Informer<PersistentVolumeClaim>;
}

const POD_KIND = { apiVersion: "v1", kind: "Pod" };
/** @see kubernetes pkg/controller/volume/ephemeral/config/v1alpha1/defaults.go */
const WORKERS = 5;

/**
 * Makes the claims of pods' ephemeral volumes, once more when somebody deletes one. They go with
 * their pod, which owns them. Keys are those of pods.
 * @see kubernetes pkg/controller/volume/ephemeral/controller.go
 */
export function createEphemeralVolumes(options: EphemeralVolumeOptions): Runnable {
  const { pods, claims } = options;
  const events = new EventRecorder({ ...options, component: "ephemeral_volume" });
  const controller = new Controller<ObjectKey>({
    ...options,
    name: "ephemeral-volume-controller",
    identify: printKey,
    informers: [pods, claims],
    reconciler: new EphemeralVolumes(options, events),
    workers: WORKERS,
  });
  const add = (pod: Readonly<Pod>): void => {
    if (ephemeralVolumesOf(pod).length > 0) controller.queue.add(keyOf(pod));
  };
  pods.addHandler({ added: add });
  claims.addHandler({
    deleted: ({ metadata: { namespace = "", name = "" } }) => {
      for (const podName of possiblePods(name)) {
        const pod = pods.lister.get(namespace, podName);
        if (pod !== undefined && claimNamesOf(pod).includes(name)) add(pod);
      }
    },
  });
  return { run: (context) => runTogether([controller, events], context) };
}

/** Names that a pod may have whose volume has a claim of this name: `a-b-c` → `a`, `a-b`. */
export function possiblePods(claimName: string): readonly string[] {
  return [...claimName.matchAll(/-/g)].map(({ index }) => claimName.slice(0, index));
}

/** None of a pod that is going. */
function ephemeralVolumesOf({ metadata, spec }: Readonly<Pod>): readonly Volume[] {
  if (metadata.deletionTimestamp !== undefined) return [];
  return (spec?.volumes ?? []).filter(({ ephemeral }) => Boolean(ephemeral));
}

class EphemeralVolumes implements Reconciler<ObjectKey> {
  readonly #options: EphemeralVolumeOptions;
  readonly #events: EventRecorder;

  constructor(options: EphemeralVolumeOptions, events: EventRecorder) {
    this.#options = options;
    this.#events = events;
  }

  async reconcile({ namespace, name }: ObjectKey, { signal }: { readonly signal: AbortSignal }) {
    const pod = this.#options.pods.lister.get(namespace, name);
    if (pod === undefined) return DONE;
    for (const volume of ephemeralVolumesOf(pod)) {
      try {
        await this.#claim(pod, volume, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const text = `ephemeral volume ${volume.name}: ${messageOf(error)}`;
        this.#events.record(referenceTo(POD_KIND, pod), "Warning", "FailedBinding", text);
        throw new Error(`pod ${namespace}/${name}, ${text}`, { cause: error });
      }
    }
    return DONE;
  }

  /** @throws Error when the claim is somebody else's, or cannot be made */
  async #claim(pod: Readonly<Pod>, volume: Volume, signal: AbortSignal): Promise<void> {
    const { client, claims } = this.#options;
    const { namespace = "", name: podName = "" } = pod.metadata;
    const name = claimNameOf(volume, podName) ?? "";
    const known = claims.lister.get(namespace, name);
    const problem = known === undefined ? undefined : foreignClaim(known, pod);
    if (problem !== undefined) throw new Error(problem);
    if (known !== undefined) return;
    const claim = newClaim(pod, name, volume);
    try {
      await client.resource(PERSISTENT_VOLUME_CLAIMS).create(claim, { signal });
    } catch (error) {
      throw new Error(`create PVC ${name}: ${messageOf(error)}`, { cause: error });
    }
  }
}

function newClaim(pod: Readonly<Pod>, name: string, { ephemeral }: Volume): PersistentVolumeClaim {
  const { metadata: { annotations, labels } = {}, spec } = ephemeral?.volumeClaimTemplate ?? {};
  return {
    metadata: {
      name,
      namespace: pod.metadata.namespace ?? "",
      ownerReferences: [newControllerRef(POD_KIND, pod)],
      ...(annotations === undefined ? {} : { annotations }),
      ...(labels === undefined ? {} : { labels }),
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { ResourceClient } from "../client/client.ts";
import type { ApiObject, ObjectKey } from "../client/resource-type.ts";
import { createInformer, type Informer } from "../informer/informer.ts";
import type { ReflectorDependencies } from "../informer/reflector.ts";
import { orAborted } from "../runtime/or-aborted.ts";

/** An object that can be declared to stay as it is. */
export interface FollowableObject extends ApiObject {
  readonly immutable?: boolean;
}

export interface FollowOptions<T extends FollowableObject> extends ReflectorDependencies {
  readonly client: ResourceClient<T>;
  readonly key: ObjectKey;
  /** Called when the object has changed, come or gone, after it was first known. */
  readonly changed: () => void;
}

/** A first answer takes a turn of the server; who waits longer gives up and tries again later. */
const SYNC_TIMEOUT_MS = 1_000;

/**
 * One object, followed by a watch of its own: what a node may read is decided by name. An immutable
 * object is followed no longer once it is known.
 * @see kubernetes pkg/kubelet/util/manager/watch_based_manager.go
 */
export class FollowedObject<T extends FollowableObject> {
  readonly #options: FollowOptions<T>;
  readonly #informer: Informer<T>;
  readonly #abort = new AbortController();
  /** Settles when the watch has ended. */
  readonly ended: Promise<void>;
  #isSynced = false;

  constructor(options: FollowOptions<T>) {
    const { client, key, clock, random, logger } = options;
    this.#options = options;
    this.#informer = createInformer<T, T>({
      client,
      selection: { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}` },
      transform: (object) => object,
      clock,
      random,
      logger,
    });
    const changed = (): void => {
      if (this.#isSynced) options.changed();
    };
    this.#informer.addHandler({ added: changed, updated: changed, deleted: changed });
    void this.#informer.synced.then(() => {
      this.#isSynced = true;
    });
    this.ended = this.#informer.run({ signal: this.#abort.signal });
  }

  /** The newest known state; undefined when there is no such object. @throws when nothing is known yet */
  async get(signal: AbortSignal): Promise<Readonly<T> | undefined> {
    if (!this.#isSynced) await this.#sync(signal);
    const { namespace, name } = this.#options.key;
    const object = this.#informer.lister.get(namespace, name);
    if (object?.immutable === true) this.stop();
    return object;
  }

  stop(): void {
    this.#abort.abort();
  }

  async #sync(signal: AbortSignal): Promise<void> {
    const { clock, client } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(SYNC_TIMEOUT_MS, () => late.abort());
    await orAborted(this.#informer.synced, AbortSignal.any([late.signal, signal]));
    cancel();
    signal.throwIfAborted();
    if (!late.signal.aborted) return;
    const { resource } = client.type;
    throw new Error(`failed to sync ${resource} cache: timed out waiting for the condition`);
  }
}

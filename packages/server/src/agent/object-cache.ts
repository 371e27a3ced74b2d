import { quoteGo } from "../api/go-quote.ts";
import type { ConfigMap, Pod, Secret } from "../api/types.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import { CONFIG_MAPS, printKey, SECRETS } from "../client/resource-type.ts";
import type { ReflectorDependencies } from "../informer/reflector.ts";
import { type FollowableObject, FollowedObject } from "./followed-object.ts";
import type { ObjectSource } from "./object-source.ts";
import { objectNamesOf } from "./pod-objects.ts";

export interface ObjectCacheOptions extends ReflectorDependencies {
  readonly client: Client;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Secrets and config maps of the pods that are registered, each followed as long as a registered pod
 * refers to it. Registering never waits; the first read of an object waits for its first answer.
 * @see kubernetes pkg/kubelet/util/manager (watch based manager)
 */
export class ObjectCache implements ObjectSource, AsyncDisposable {
  readonly #secrets: Followers<Secret>;
  readonly #configMaps: Followers<ConfigMap>;
  readonly #listeners = new Set<(podUid: string) => void>();

  constructor({ client, ...dependencies }: ObjectCacheOptions) {
    const changed = (podUids: Iterable<string>): void => {
      for (const podUid of podUids) for (const listener of this.#listeners) listener(podUid);
    };
    this.#secrets = new Followers(client.resource(SECRETS), dependencies, changed);
    this.#configMaps = new Followers(client.resource(CONFIG_MAPS), dependencies, changed);
  }

  /** How many objects are followed. */
  get size(): number {
    return this.#secrets.size + this.#configMaps.size;
  }

  /** Follows what the pod refers to, by volumes, environment and for pulling images. Idempotent. */
  register(pod: Readonly<Pod>): void {
    const { uid = "", namespace = "" } = pod.metadata;
    const { secrets, configmaps } = objectNamesOf(pod);
    this.#secrets.setReferences(uid, namespace, secrets);
    this.#configMaps.setReferences(uid, namespace, configmaps);
  }

  /** Follows no longer what only this pod referred to. Idempotent. */
  unregister(podUid: string): void {
    this.#secrets.setReferences(podUid, "", NOTHING);
    this.#configMaps.setReferences(podUid, "", NOTHING);
  }

  secret(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<Secret> | undefined> {
    return this.#secrets.get(namespace, name, signal);
  }

  configMap(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<ConfigMap> | undefined> {
    return this.#configMaps.get(namespace, name, signal);
  }

  /** Calls `listener` with the uid of every registered pod that refers to an object that has changed. */
  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#secrets.stop(), this.#configMaps.stop()]);
  }
}

interface Reference<T extends FollowableObject> {
  readonly object: FollowedObject<T>;
  readonly podUids: Set<string>;
}

/** The objects of one kind that are followed, and for whom. */
class Followers<T extends FollowableObject> {
  readonly #client: ResourceClient<T>;
  readonly #dependencies: ReflectorDependencies;
  readonly #changed: (podUids: Iterable<string>) => void;
  /** By namespace and name. */
  readonly #references = new Map<string, Reference<T>>();
  readonly #keysOfPods = new Map<string, ReadonlySet<string>>();
  readonly #ending = new Set<Promise<void>>();

  constructor(
    client: ResourceClient<T>,
    dependencies: ReflectorDependencies,
    changed: (podUids: Iterable<string>) => void,
  ) {
    this.#client = client;
    this.#dependencies = dependencies;
    this.#changed = changed;
  }

  get size(): number {
    return this.#references.size;
  }

  setReferences(podUid: string, namespace: string, names: ReadonlySet<string>): void {
    const keys = new Set<string>();
    for (const name of names) {
      const key = printKey({ namespace, name });
      keys.add(key);
      this.#add(key, { namespace, name }, podUid);
    }
    for (const key of this.#keysOfPods.get(podUid) ?? []) {
      if (!keys.has(key)) this.#remove(key, podUid);
    }
    if (keys.size === 0) this.#keysOfPods.delete(podUid);
    else this.#keysOfPods.set(podUid, keys);
  }

  async get(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<T> | undefined> {
    const reference = this.#references.get(printKey({ namespace, name }));
    if (reference === undefined) {
      throw new Error(`object ${quoteGo(namespace)}/${quoteGo(name)} not registered`);
    }
    return await reference.object.get(signal);
  }

  async stop(): Promise<void> {
    for (const { object } of this.#references.values()) this.#end(object);
    this.#references.clear();
    this.#keysOfPods.clear();
    await Promise.all(this.#ending);
  }

  #add(key: string, object: { namespace: string; name: string }, podUid: string): void {
    const found = this.#references.get(key);
    if (found !== undefined) {
      found.podUids.add(podUid);
      return;
    }
    const podUids = new Set([podUid]);
    const followed = new FollowedObject<T>({
      ...this.#dependencies,
      client: this.#client,
      key: object,
      changed: () => this.#changed([...podUids]),
    });
    this.#references.set(key, { object: followed, podUids });
  }

  #remove(key: string, podUid: string): void {
    const found = this.#references.get(key);
    if (found === undefined) return;
    found.podUids.delete(podUid);
    if (found.podUids.size > 0) return;
    this.#references.delete(key);
    this.#end(found.object);
  }

  #end(object: FollowedObject<T>): void {
    object.stop();
    const ending = object.ended.finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

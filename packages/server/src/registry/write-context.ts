import type { AdmissionChain } from "../admission/chain.ts";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { Random } from "../runtime/random.ts";
import type { Entry, Storage } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { StrategyContext } from "./strategy.ts";

/** A write whose object is complete but for what its strategy puts in place. */
export interface GuardedWrite {
  readonly user: UserInfo;
  /** Namespace and name of the URL; the name is empty on create. */
  readonly namespace: string;
  readonly name: string;
  readonly object: Readonly<KubeObject>;
  /** What is stored; undefined when there is nothing yet. */
  readonly old: Readonly<KubeObject> | undefined;
}

/** What may stand against a write besides admission. Both throw a StatusError to refuse. */
export interface WriteGuard {
  /**
   * Asked after mutating admission and before validation, of every create and update of an object
   * itself: whether its writer would give away rights that it does not hold.
   */
  write(store: ResourceStore, write: GuardedWrite): MaybePromise<void>;
  /** Asked after validation when a PUT or an apply finds nothing: whether its writer may create. */
  createByUpdate(store: ResourceStore, context: WriteContext): MaybePromise<void>;
}

/** Gives objects what depends on all others of their kind: a service its address and node ports. */
export interface Allocator {
  /**
   * Called when the strategy has prepared a new (`old` undefined) or changed object, which is filled
   * in in place. A dry run takes nothing from others. @throws StatusError when what the object asks for cannot be had
   */
  allocate(
    store: ResourceStore,
    object: KubeObject,
    old: Readonly<KubeObject> | undefined,
    dryRun: boolean,
  ): void;
  /** Called when the write has succeeded or failed: what it has not stored is free again. */
  settle(store: ResourceStore, object: KubeObject): void;
}

/** What every operation of the registry works with. */
export interface RegistryDependencies {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: AdmissionChain;
  readonly guard: WriteGuard;
  readonly allocator: Allocator;
}

/** Who writes what, and how. */
export interface WriteContext {
  readonly user: UserInfo;
  /** Namespace of the URL, empty at the cluster scope. */
  readonly namespace: string;
  /** Name of the URL, empty on create. */
  readonly name: string;
  readonly dryRun: boolean;
  /** Manager that managedFields name: `fieldManager`, or the head of the User-Agent. */
  readonly fieldManager: string;
  warn(text: string): void;
}

/** What a write left behind: an entry when something is stored, only the object in a dry run. */
export interface WriteResult {
  readonly object: KubeObject;
  readonly entry: Entry | undefined;
  readonly created: boolean;
}

export function guardedWrite(
  { user, namespace, name }: WriteContext,
  object: Readonly<KubeObject>,
  old: Readonly<KubeObject> | undefined,
): GuardedWrite {
  return { user, namespace, name, object, old };
}

export function strategyContext(context: WriteContext, now: number): StrategyContext {
  return { user: context.user, now, name: context.name, namespace: context.namespace };
}

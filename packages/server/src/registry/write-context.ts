import type { AdmissionChain } from "../admission/chain.ts";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Entry, Storage } from "../storage/storage.ts";
import type { StrategyContext } from "./strategy.ts";

/** What every operation of the registry works with. */
export interface RegistryDependencies {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: AdmissionChain;
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

export function strategyContext(context: WriteContext, now: number): StrategyContext {
  return { user: context.user, now, name: context.name, namespace: context.namespace };
}

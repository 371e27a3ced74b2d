import type { ResourceQuota } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { keyOf, type ObjectKey, printKey, RESOURCE_QUOTAS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import type { CountedCollections } from "./counted-collections.ts";
import type { CountedResources } from "./counted-resources.ts";
import { changedStatus, countUsage, usesLess } from "./quota-status.ts";

export interface QuotaReconcilerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly quotas: Informer<ResourceQuota>;
  readonly resources: CountedResources;
  readonly collections: CountedCollections;
}

/**
 * Admission writes down what will be used before it is there. What is counted before that is too
 * little, and would let in more than there may be: so long after the last such write a count that
 * makes room waits.
 */
const SETTLE_MS = 50;
/** Longer than that takes what is slow to be stored: looked at once more, it is counted. */
const SECOND_LOOK_MS = 1_000;

/** Counts what a quota bounds, and writes it into its status. */
export class QuotaReconciler implements Reconciler<ObjectKey> {
  readonly #options: QuotaReconcilerOptions;
  /** When what is used was last seen to grow. */
  readonly #grewAt = new Map<string, number>();

  constructor(options: QuotaReconcilerOptions) {
    this.#options = options;
  }

  observe(quota: Readonly<ResourceQuota>, before: Readonly<ResourceQuota>): void {
    if (usesLess(before.status ?? {}, quota.status)) {
      this.#grewAt.set(printKey(keyOf(quota)), this.#options.clock.now());
    }
  }

  forget(quota: Readonly<ResourceQuota>): void {
    this.#grewAt.delete(printKey(keyOf(quota)));
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { namespace, name } = key;
    const { client, quotas, resources, collections } = this.#options;
    const named = quotas.lister.get(namespace, name);
    if (named === undefined) return DONE;
    const counted = await resources.of(Object.keys(named.spec?.hard ?? {}), signal);
    const found = await collections.synced(counted, signal);
    // Read again: in the meantime it may have changed, and what is written is the newest.
    const quota = quotas.lister.get(namespace, name);
    if (quota === undefined) return DONE;
    const kinds = found.map((collection) => ({
      evaluator: collection.evaluator,
      objects: collection.informer.lister.list(namespace),
      usageOf: (object: Readonly<ResourceQuota>) => collection.usageOf(object),
    }));
    const status = changedStatus(quota, countUsage(quota, kinds));
    if (status === undefined) return DONE;
    const makesRoom = usesLess(status, quota.status);
    const waitMs = makesRoom ? this.#unsettledMs(key) : 0;
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    try {
      const written = { ...quota, status };
      await client.resource(RESOURCE_QUOTAS).update(written, { subresource: "status", signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return makesRoom ? { requeueAfterMs: SECOND_LOOK_MS } : DONE;
  }

  /** How long to wait until what admission has let in must be there. */
  #unsettledMs(key: ObjectKey): number {
    const grewAt = this.#grewAt.get(printKey(key)) ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, grewAt + SETTLE_MS - this.#options.clock.now());
  }

  /** Stops following what no quota names any more. */
  async forgetUnnamed(signal: AbortSignal): Promise<void> {
    const names = new Set<string>();
    const { quotas, resources, collections } = this.#options;
    for (const { spec } of quotas.lister.all()) {
      for (const name of Object.keys(spec?.hard ?? {})) names.add(name);
    }
    collections.keepOnly(await resources.of([...names], signal));
  }
}

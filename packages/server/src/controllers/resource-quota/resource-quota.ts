import { equalAmounts, parseAmounts } from "../../api/quota/amounts.ts";
import type { QuotaEvaluator } from "../../api/quota/quota-evaluator.ts";
import type { ResourceQuota } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { keyOf, type ObjectKey, printKey, RESOURCE_QUOTAS } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { CountedCollections } from "./counted-collections.ts";
import { CountedResources } from "./counted-resources.ts";
import { changedStatus, countUsage, isUrgent, usesLess } from "./quota-status.ts";

export interface ResourceQuotaControllerOptions extends ReflectorDependencies {
  readonly client: Client;
  /** Reads what quotas count. */
  readonly manager: Client;
}

const NAME = "resourcequota-controller";
/** @see kubernetes pkg/controller/resourcequota/config/v1alpha1/defaults.go */
const WORKERS = 5;
const RESYNC_MS = 300_000;
/**
 * What admission has let in a moment ago may not be in the count that makes room for others: looked
 * at once more, it is.
 */
const SECOND_LOOK_MS = 1_000;

/**
 * Counts what namespaces use of what their quotas bound: when a quota is made or changed, when
 * something goes, and every five minutes. What comes is counted by admission. Until there is a quota,
 * nothing but quotas is followed; then only what they name. Keys are those of quotas.
 * @see kubernetes pkg/controller/resourcequota
 */
export function createResourceQuotaController(options: ResourceQuotaControllerOptions): Runnable {
  const { client, manager, clock, logger } = options;
  const quotas = createInformer({
    ...options,
    client: manager.resource(RESOURCE_QUOTAS),
    transform: withoutFieldOwners,
  });
  const resources = new CountedResources(manager);
  const collections = new CountedCollections({
    ...options,
    reader: manager,
    onChange: (evaluator, namespace) => {
      for (const quota of namesAnyOf(quotas, evaluator, namespace)) counts.queue.add(keyOf(quota));
    },
  });
  const reconciler = new QuotaReconciler(client, quotas, resources, collections);
  const controller = (): Controller<ObjectKey> =>
    new Controller({
      ...options,
      name: NAME,
      identify: printKey,
      informers: [quotas],
      reconciler,
      workers: WORKERS,
    });
  const counts = controller();
  // Nothing is held to a quota before it has been counted: these do not wait for the others.
  const urgentCounts = controller();
  const add = (quota: Readonly<ResourceQuota>): void =>
    (isUrgent(quota) ? urgentCounts : counts).queue.add(keyOf(quota));
  quotas.addHandler({
    added: add,
    updated: (quota, before) => {
      const hard = parseAmounts(quota.spec?.hard);
      if (!equalAmounts(hard, parseAmounts(before.spec?.hard))) add(quota);
    },
    deleted: () => {
      if (quotas.lister.size === 0) collections.keepOnly([]);
    },
  });
  const resync: Runnable = {
    run: async ({ signal }) => {
      for (;;) {
        await clock.sleep(RESYNC_MS, signal);
        if (signal.aborted) return;
        for (const quota of quotas.lister.all()) counts.queue.add(keyOf(quota));
        try {
          await reconciler.forgetUnnamed(signal);
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "cannot find out what quotas name");
        }
      }
    },
  };
  const parts = [quotas, collections, counts, urgentCounts, resync];
  return { run: (context) => runTogether(parts, context) };
}

function* namesAnyOf(
  quotas: Informer<ResourceQuota>,
  evaluator: QuotaEvaluator,
  namespace: string,
): Generator<Readonly<ResourceQuota>> {
  for (const quota of quotas.lister.list(namespace)) {
    const names = Object.keys(quota.status?.hard ?? {});
    if (evaluator.matchingResources(names).length > 0) yield quota;
  }
}

class QuotaReconciler implements Reconciler<ObjectKey> {
  readonly #client: Client;
  readonly #quotas: Informer<ResourceQuota>;
  readonly #resources: CountedResources;
  readonly #collections: CountedCollections;

  constructor(
    client: Client,
    quotas: Informer<ResourceQuota>,
    resources: CountedResources,
    collections: CountedCollections,
  ) {
    this.#client = client;
    this.#quotas = quotas;
    this.#resources = resources;
    this.#collections = collections;
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { namespace, name } = key;
    const named = this.#quotas.lister.get(namespace, name);
    if (named === undefined) return DONE;
    const resources = await this.#resources.of(Object.keys(named.spec?.hard ?? {}), signal);
    const collections = await this.#collections.synced(resources, signal);
    // Read again: in the meantime it may have changed, and what is written is the newest.
    const quota = this.#quotas.lister.get(namespace, name);
    if (quota === undefined) return DONE;
    const kinds = collections.map((collection) => ({
      evaluator: collection.evaluator,
      objects: collection.informer.lister.list(namespace),
      usageOf: (object: Readonly<ResourceQuota>) => collection.usageOf(object),
    }));
    const status = changedStatus(quota, countUsage(quota, kinds));
    if (status === undefined) return DONE;
    try {
      const quotas = this.#client.resource(RESOURCE_QUOTAS);
      await quotas.update({ ...quota, status }, { subresource: "status", signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return usesLess(status, quota.status) ? { requeueAfterMs: SECOND_LOOK_MS } : DONE;
  }

  /** Stops following what no quota names any more. */
  async forgetUnnamed(signal: AbortSignal): Promise<void> {
    const names = new Set<string>();
    for (const { spec } of this.#quotas.lister.all()) {
      for (const name of Object.keys(spec?.hard ?? {})) names.add(name);
    }
    this.#collections.keepOnly(await this.#resources.of([...names], signal));
  }
}

function withoutFieldOwners(quota: ResourceQuota): ResourceQuota {
  const { managedFields: _managedFields, ...metadata } = quota.metadata;
  return { ...quota, metadata };
}

import { equalAmounts, parseAmounts } from "../../api/quota/amounts.ts";
import type { QuotaEvaluator } from "../../api/quota/quota-evaluator.ts";
import type { ResourceQuota } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { keyOf, type ObjectKey, printKey, RESOURCE_QUOTAS } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { withoutFieldOwners } from "../../informer/without-field-owners.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { CountedCollections } from "./counted-collections.ts";
import { CountedResources } from "./counted-resources.ts";
import { QuotaReconciler } from "./quota-reconciler.ts";
import { isUrgent } from "./quota-status.ts";

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
  const reconciler = new QuotaReconciler({ client, clock, quotas, resources, collections });
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
      reconciler.observe(quota, before);
      const hard = parseAmounts(quota.spec?.hard);
      if (!equalAmounts(hard, parseAmounts(before.spec?.hard))) add(quota);
    },
    deleted: (quota) => {
      reconciler.forget(quota);
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

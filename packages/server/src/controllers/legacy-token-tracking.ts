import type { ConfigMap } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../client/errors.ts";
import { CONFIG_MAPS } from "../client/resource-type.ts";
import { createInformer } from "../informer/informer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import { type Runnable, runTogether } from "../runtime/task-group.ts";
import { Controller } from "./controller.ts";
import {
  formatDay,
  parseDay,
  TRACKING_CONFIG_MAP,
  TRACKING_KEY,
  TRACKING_NAMESPACE,
} from "./legacy-token-dates.ts";
import { DONE, type Reconciler, type Result } from "./reconciler.ts";

export interface LegacyTokenTrackingOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Replicas with and without this controller would make and delete it in turn. */
const CREATE_EVERY_MS = 30 * 60_000;
const KEY = { namespace: TRACKING_NAMESPACE, name: TRACKING_CONFIG_MAP };

/**
 * Keeps the day since when the use of tokens in Secrets is recorded. A day that is there is kept for
 * ever; one that cannot be read becomes today.
 * @see kubernetes pkg/controlplane/controller/legacytokentracking/controller.go
 */
export function createLegacyTokenTracking(options: LegacyTokenTrackingOptions): Runnable {
  const { client, clock, logger } = options;
  const informer = createInformer<ConfigMap, ConfigMap>({
    ...options,
    client: client.resource(CONFIG_MAPS),
    selection: {
      namespace: TRACKING_NAMESPACE,
      fieldSelector: `metadata.name=${TRACKING_CONFIG_MAP}`,
    },
    transform: (configMap) => configMap,
  });
  const configMaps = client.resource(CONFIG_MAPS);
  let createdAt = Number.NEGATIVE_INFINITY;

  const create = async (today: string, signal: AbortSignal): Promise<Result> => {
    const waitMs = createdAt + CREATE_EVERY_MS - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    try {
      await configMaps.create(
        { metadata: { ...KEY }, data: { [TRACKING_KEY]: today } },
        { signal },
      );
      createdAt = clock.now();
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    return DONE;
  };
  const reconciler: Reconciler<null> = {
    async reconcile(_key, { signal }) {
      const found = informer.lister.get(KEY.namespace, KEY.name);
      const today = formatDay(clock.now());
      if (found === undefined) return await create(today, signal);
      if (parseDay(found.data?.[TRACKING_KEY]) !== undefined) return DONE;
      try {
        const data = { ...found.data, [TRACKING_KEY]: today };
        await configMaps.update({ ...found, data }, { signal });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
      return DONE;
    },
  };
  const controller = new Controller<null>({
    name: "legacy-token-tracking",
    clock,
    logger,
    identify: () => TRACKING_CONFIG_MAP,
    informers: [informer],
    reconciler,
  });
  const look = (): void => controller.queue.add(null);
  informer.addHandler({ added: look, updated: look, deleted: look });
  look();
  return { run: (context) => runTogether([informer, controller], context) };
}

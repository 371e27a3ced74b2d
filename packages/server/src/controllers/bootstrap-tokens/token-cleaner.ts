import { bootstrapTokenLeftMs } from "../../api/bootstrap-token-secret.ts";
import type { Secret } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isConflict, isNotFound } from "../../client/errors.ts";
import { keyOf, type ObjectKey, printKey, SECRETS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler } from "../reconciler.ts";

export interface TokenCleanerOptions {
  readonly client: Client;
  /** Secrets of bootstrap tokens in kube-system. */
  readonly tokens: Informer<Secret>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Deletes bootstrap tokens when they are over. Keys are those of their Secrets.
 * @see kubernetes pkg/controller/bootstrap/tokencleaner.go
 */
export function createTokenCleaner(options: TokenCleanerOptions): Controller<ObjectKey> {
  const { client, tokens, clock, logger } = options;
  const secrets = client.resource(SECRETS);
  const reconciler: Reconciler<ObjectKey> = {
    async reconcile(key, { signal }) {
      const secret = tokens.lister.get(key.namespace, key.name);
      if (secret === undefined) return DONE;
      const leftMs = bootstrapTokenLeftMs(secret, clock.now());
      if (leftMs > 0)
        return leftMs === Number.POSITIVE_INFINITY ? DONE : { requeueAfterMs: leftMs };
      const { uid = "" } = secret.metadata;
      try {
        await secrets.delete(key, { preconditions: { uid }, signal });
        logger.info({ secret: printKey(key) }, "a bootstrap token is over, and deleted");
      } catch (error) {
        // Somebody else has deleted it, or made another one of the same name.
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
      return DONE;
    },
  };
  const controller = new Controller<ObjectKey>({
    name: "token-cleaner-controller",
    clock,
    logger,
    identify: printKey,
    informers: [tokens],
    reconciler,
  });
  const add = (secret: Readonly<Secret>): void => controller.queue.add(keyOf(secret));
  tokens.addHandler({ added: add, updated: add });
  return controller;
}

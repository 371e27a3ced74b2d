import type { Client } from "../client/client.ts";
import { isAlreadyExists, isNamespaceTerminating } from "../client/errors.ts";
import { SERVICE_ACCOUNTS } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { Controller } from "./controller.ts";
import type { ObservedNamespace, ObservedServiceAccount } from "./observed.ts";
import { DONE, type Reconciler } from "./reconciler.ts";

export interface ServiceAccountControllerOptions {
  readonly client: Client;
  readonly namespaces: Informer<ObservedNamespace>;
  readonly serviceAccounts: Informer<ObservedServiceAccount>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The account of pods that name none. */
const DEFAULT = "default";
/** Many namespaces at once are served side by side; upstream has one worker. */
const WORKERS = 8;

/**
 * Keeps an account `default` in every active namespace. It is made empty and then left alone; a new
 * one follows one that was deleted. Keys are names of namespaces.
 * @see kubernetes pkg/controller/serviceaccount/serviceaccounts_controller.go
 */
export function createServiceAccountController(
  options: ServiceAccountControllerOptions,
): Controller<string> {
  const { client, namespaces, serviceAccounts, clock, logger } = options;
  const accounts = client.resource(SERVICE_ACCOUNTS);
  const reconciler: Reconciler<string> = {
    async reconcile(namespace, { signal }) {
      const found = namespaces.lister.get("", namespace);
      if (found?.phase !== "Active") return DONE;
      if (serviceAccounts.lister.get(namespace, DEFAULT) !== undefined) return DONE;
      try {
        await accounts.create({ metadata: { namespace, name: DEFAULT } }, { signal });
      } catch (error) {
        if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
      }
      return DONE;
    },
  };
  const controller = new Controller<string>({
    name: "serviceaccount-controller",
    clock,
    logger,
    identify: (namespace) => namespace,
    informers: [namespaces, serviceAccounts],
    reconciler,
    workers: WORKERS,
  });
  const add = ({ metadata }: Readonly<ObservedNamespace>): void =>
    controller.queue.add(metadata.name ?? "");
  namespaces.addHandler({ added: add, updated: add });
  serviceAccounts.addHandler({
    deleted: ({ metadata }) => {
      if (metadata.name === DEFAULT) controller.queue.add(metadata.namespace ?? "");
    },
  });
  return controller;
}

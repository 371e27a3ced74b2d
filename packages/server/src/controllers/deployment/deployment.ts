import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Deployment, Pod, ReplicaSet } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { type ApiObject, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer, InformerHandler } from "../../informer/informer.ts";
import type { Lister } from "../../informer/lister.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { controllerOf } from "../controller-ref.ts";
import { DeploymentReconciler } from "./deployment-reconciler.ts";
import { DeploymentWriter } from "./deployment-writer.ts";

export interface DeploymentControllerOptions {
  readonly client: Client;
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly replicaSetsByController: ControlledObjects<ReplicaSet>;
  readonly pods: Informer<Pod>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/deployment/config/v1alpha1/defaults.go, deployment_controller.go */
const WORKERS = 5;
const MAX_RETRIES = 15;

/**
 * Rolls templates out: a ReplicaSet for each, the newest of which gets the pods of the others. Keys
 * are those of deployments.
 * @see kubernetes pkg/controller/deployment/deployment_controller.go
 */
export function createDeploymentController(options: DeploymentControllerOptions): Runnable {
  const { client, deployments, replicaSets, pods, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: "deployment-controller" });
  const writer = new DeploymentWriter(client, events);
  const controller = new Controller<ObjectKey>({
    name: "deployment-controller",
    clock,
    logger,
    identify: printKey,
    informers: [deployments, replicaSets, pods],
    reconciler: new DeploymentReconciler({ ...options, writer }),
    workers: WORKERS,
    maxRetries: MAX_RETRIES,
  });
  const { queue } = controller;
  const add = (deployment: Readonly<Deployment>): void => queue.add(keyOf(deployment));
  deployments.addHandler({ added: add, updated: add, deleted: add });
  replicaSets.addHandler(wakeByReplicaSets(deployments.lister, add));
  pods.addHandler({
    deleted: (pod) => {
      const deployment = deploymentOf(pod, options);
      if (deployment?.spec?.strategy?.type === "Recreate") add(deployment);
    },
  });
  return { run: (context) => runTogether([events, controller], context) };
}

/** A set wakes its deployment; one that nobody owns wakes all that select it. */
function wakeByReplicaSets(
  deployments: Lister<Deployment>,
  add: (deployment: Readonly<Deployment>) => void,
): InformerHandler<ReplicaSet> {
  const wakeOwner = (set: Readonly<ReplicaSet>): void => {
    const deployment = resolve(deployments, "Deployment", set);
    if (deployment !== undefined) add(deployment);
  };
  const wake = (set: Readonly<ReplicaSet>): void => {
    if (controllerOf(set) !== undefined) wakeOwner(set);
    else if (set.metadata.deletionTimestamp === undefined) {
      for (const each of deployments.list(set.metadata.namespace ?? "")) {
        if (selects(each, set)) add(each);
      }
    }
  };
  return {
    added: wake,
    updated: (set, before) => {
      if (controllerOf(set)?.uid !== controllerOf(before)?.uid) wakeOwner(before);
      wake(set);
    },
    deleted: wakeOwner,
  };
}

function selects({ spec }: Readonly<Deployment>, { metadata }: Readonly<ReplicaSet>): boolean {
  const selector = selectorFromApi(spec?.selector);
  return (
    selector !== undefined &&
    selector.requirements.length > 0 &&
    matchesLabels(selector, metadata.labels)
  );
}

/** The deployment whose ReplicaSet has the pod. */
function deploymentOf(
  pod: Readonly<Pod>,
  { deployments, replicaSets }: DeploymentControllerOptions,
): Readonly<Deployment> | undefined {
  const set = resolve(replicaSets.lister, "ReplicaSet", pod);
  return set === undefined ? undefined : resolve(deployments.lister, "Deployment", set);
}

/** Names come back with other objects behind them: the uid has to be the same. */
function resolve<T extends ApiObject>(
  lister: Lister<T>,
  kind: string,
  object: Readonly<ApiObject>,
): Readonly<T> | undefined {
  const controller = controllerOf(object);
  if (controller?.kind !== kind) return undefined;
  const owner = lister.get(object.metadata.namespace ?? "", controller.name);
  return owner?.metadata.uid === controller.uid ? owner : undefined;
}

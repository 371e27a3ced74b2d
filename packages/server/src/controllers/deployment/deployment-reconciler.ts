import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from "../../api/types.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import type { ObjectKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { claimObjects } from "../controller-ref.ts";
import { isPodTerminal } from "../pod-state.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { findCondition, hasProgressDeadline, newCondition, withCondition } from "./conditions.ts";
import { DEPLOYMENT_KIND } from "./deployment-kind.ts";
import { deploymentStatus, isStatusCurrent } from "./deployment-status.ts";
import type { DeploymentWriter } from "./deployment-writer.ts";
import { NewestReplicaSet, type Rollout } from "./newest-replica-set.ts";
import { isDeploymentComplete, progressCheckMs, rolloutStatus } from "./progress.ts";
import { isRollingUpdate, replicasOf } from "./replica-counts.ts";
import {
  activeOf,
  activeOrLatest,
  allOf,
  byRevision,
  isSaturated,
  tellApart,
} from "./replica-sets.ts";
import { DESIRED_REPLICAS, replicasAnnotation } from "./revisions.ts";
import { decideRollback, rollbackRevision } from "./rollback.ts";
import { growNewest, shrinkOld } from "./rolling-update.ts";
import { proportionalSizes } from "./scaling.ts";

export interface DeploymentReconcilerOptions {
  readonly writer: DeploymentWriter;
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly replicaSetsByController: ControlledObjects<ReplicaSet>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly clock: Clock;
}

/** `revisionHistoryLimit` that stands for none. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Brings a deployment one step on: what the step changes in its sets wakes it for the next one.
 * @see kubernetes pkg/controller/deployment/deployment_controller.go (syncDeployment)
 */
export class DeploymentReconciler implements Reconciler<ObjectKey> {
  readonly #options: DeploymentReconcilerOptions;
  readonly #newest: NewestReplicaSet;

  constructor(options: DeploymentReconcilerOptions) {
    const { writer, replicaSets, clock } = options;
    this.#options = options;
    this.#newest = new NewestReplicaSet({ writer, replicaSets: replicaSets.lister, clock });
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const deployment = this.#options.deployments.lister.get(key.namespace, key.name);
    if (deployment === undefined) return DONE;
    try {
      return await this.#reconcile(deployment, signal);
    } catch (error) {
      // Whatever is to be created is refused, and the deployment goes with its namespace.
      if (isNamespaceTerminating(error)) return DONE;
      throw error;
    }
  }

  async #reconcile(found: Readonly<Deployment>, signal: AbortSignal): Promise<Result> {
    const selector = selectorFromApi(found.spec?.selector);
    if (selector?.requirements.length === 0) return await this.#refuseAll(found, signal);
    const sets = tellApart(found, await this.#claim(found, signal));
    if (found.metadata.deletionTimestamp !== undefined) {
      return await this.#writeStatus(await this.#sync({ deployment: found, sets }, signal), signal);
    }
    const deployment = await this.#notePause(found, signal);
    const rollout = await this.#sync({ deployment, sets }, signal);
    if (deployment.spec?.paused === true) return await this.#scale(rollout, signal);
    const revision = rollbackRevision(deployment);
    if (revision !== undefined) return await this.#rollBack(rollout, revision, signal);
    if (isScaled(rollout)) return await this.#scale(rollout, signal);
    return isRollingUpdate(deployment)
      ? await this.#rollOn(rollout, signal)
      : await this.#recreate(rollout, signal);
  }

  async #refuseAll(deployment: Readonly<Deployment>, signal: AbortSignal): Promise<Result> {
    const { writer } = this.#options;
    const why = "This deployment is selecting all pods. A non-empty selector is required.";
    writer.tell(deployment, "Warning", "SelectingAll", why);
    const { generation = 0 } = deployment.metadata;
    if ((deployment.status?.observedGeneration ?? 0) < generation) {
      const status = { ...deployment.status, observedGeneration: generation };
      await writer.updateStatus({ ...deployment, status }, signal);
    }
    return DONE;
  }

  async #claim(
    deployment: Readonly<Deployment>,
    signal: AbortSignal,
  ): Promise<readonly Readonly<ReplicaSet>[]> {
    const { writer, replicaSetsByController } = this.#options;
    const { namespace = "", uid = "" } = deployment.metadata;
    const selector = selectorFromApi(deployment.spec?.selector);
    const owned = replicaSetsByController.of(uid);
    return await claimObjects([...owned, ...replicaSetsByController.orphans(namespace)], {
      kind: DEPLOYMENT_KIND,
      owner: deployment,
      owners: writer.deployments,
      objects: writer.replicaSets,
      matches: ({ metadata }) => selector !== undefined && matchesLabels(selector, metadata.labels),
      signal,
    });
  }

  /** Nobody is late who was told to wait: the deadline counts from the moment of going on. */
  async #notePause(
    deployment: Readonly<Deployment>,
    signal: AbortSignal,
  ): Promise<Readonly<Deployment>> {
    const { conditions = [] } = deployment.status ?? {};
    const reason = findCondition(conditions, "Progressing")?.reason;
    const paused = deployment.spec?.paused === true;
    const isNoted = paused === (reason === "DeploymentPaused");
    const isLate = reason === "ProgressDeadlineExceeded";
    if (!hasProgressDeadline(deployment) || isLate || isNoted) return deployment;
    const now = this.#options.clock.now();
    const [why, what] = paused
      ? ["DeploymentPaused", "Deployment is paused"]
      : ["DeploymentResumed", "Deployment is resumed"];
    const condition = newCondition("Progressing", "Unknown", why ?? "", what ?? "", now);
    const status = {
      ...deployment.status,
      conditions: [...withCondition(conditions, condition)],
    };
    return await this.#options.writer.updateStatus({ ...deployment, status }, signal);
  }

  async #sync(rollout: Rollout, signal: AbortSignal): Promise<Rollout> {
    return await this.#newest.sync(rollout, signal);
  }

  async #withNewest(rollout: Rollout, signal: AbortSignal): Promise<Rollout> {
    return rollout.sets.newest === undefined ? await this.#newest.create(rollout, signal) : rollout;
  }

  async #rollBack(found: Rollout, revision: number, signal: AbortSignal): Promise<Result> {
    const { deployment, sets } = await this.#withNewest(found, signal);
    const { writer } = this.#options;
    const rollback = decideRollback(deployment, sets, revision);
    if (rollback.type === "Warning") {
      writer.tell(deployment, rollback.type, rollback.reason, rollback.message);
    }
    await writer.deployments.update(rollback.deployment, { signal });
    if (rollback.type === "Normal") {
      writer.tell(deployment, rollback.type, rollback.reason, rollback.message);
    }
    return DONE;
  }

  /** Of a deployment that was scaled, or is paused: sizes change, no rollout goes on. */
  async #scale(rollout: Rollout, signal: AbortSignal): Promise<Result> {
    const { deployment, sets } = rollout;
    const { writer } = this.#options;
    const only = activeOrLatest(sets);
    if (only !== undefined) {
      const replicas = replicasOf(deployment);
      await writer.resize([{ set: only, replicas }], deployment, { signal });
    } else if (isSaturated(deployment, sets.newest)) {
      const steps = activeOf(sets.old).map((set) => ({ set, replicas: 0 }));
      await writer.resize(steps, deployment, { signal });
    } else if (isRollingUpdate(deployment)) {
      const steps = proportionalSizes(deployment, sets);
      await writer.resize(steps, deployment, { force: true, signal });
    }
    if (deployment.spec?.paused === true && rollbackRevision(deployment) === undefined) {
      await this.#cleanUp(rollout, signal);
    }
    return await this.#writeStatus(rollout, signal);
  }

  async #rollOn(found: Rollout, signal: AbortSignal): Promise<Result> {
    const rollout = await this.#withNewest(found, signal);
    const { deployment, sets } = rollout;
    const { newest } = sets;
    if (newest === undefined) return DONE;
    const { writer } = this.#options;
    const more = growNewest(deployment, sets, newest);
    const steps = more === undefined ? shrinkOld(deployment, sets, newest) : [more];
    const resized = await writer.resize(steps, deployment, { signal });
    if (!resized && isDeploymentComplete(deployment, deployment.status)) {
      await this.#cleanUp(rollout, signal);
    }
    return await this.#writeRolloutStatus(rollout, signal);
  }

  /** Old pods go first, and new ones come when the last of them has ended. */
  async #recreate(found: Rollout, signal: AbortSignal): Promise<Result> {
    const { writer } = this.#options;
    const steps = activeOf(found.sets.old).map((set) => ({ set, replicas: 0 }));
    const resized = await writer.resize(steps, found.deployment, { signal });
    if (resized || this.#hasOldPods(found)) return await this.#writeRolloutStatus(found, signal);
    const rollout = await this.#withNewest(found, signal);
    const { deployment, sets } = rollout;
    const replicas = replicasOf(deployment);
    if (sets.newest !== undefined) {
      await writer.resize([{ set: sets.newest, replicas }], deployment, { signal });
    }
    if (isDeploymentComplete(deployment, deployment.status)) await this.#cleanUp(rollout, signal);
    return await this.#writeRolloutStatus(rollout, signal);
  }

  #hasOldPods({ sets }: Rollout): boolean {
    return sets.old.some(
      ({ metadata, status }) =>
        (status?.replicas ?? 0) > 0 ||
        this.#options.podsByController.of(metadata.uid ?? "").some((pod) => !isPodTerminal(pod)),
    );
  }

  /** Deletes the oldest of the sets without pods, beyond those that are kept to go back to. */
  async #cleanUp({ deployment, sets }: Rollout, signal: AbortSignal): Promise<void> {
    const limit = deployment.spec?.revisionHistoryLimit ?? NO_LIMIT;
    if (limit === NO_LIMIT) return;
    const alive = sets.old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const oldest = alive.toSorted(byRevision).slice(0, Math.max(0, alive.length - limit));
    for (const set of oldest.filter(isEmpty)) {
      try {
        await this.#options.writer.deleteSet(set, signal);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  async #writeStatus({ deployment, sets }: Rollout, signal: AbortSignal): Promise<Result> {
    const status = deploymentStatus(deployment, sets, this.#options.clock.now());
    await this.#write(deployment, status, signal);
    return DONE;
  }

  async #writeRolloutStatus({ deployment, sets }: Rollout, signal: AbortSignal): Promise<Result> {
    const now = this.#options.clock.now();
    const status = rolloutStatus(deployment, sets, now);
    if (await this.#write(deployment, status, signal)) return DONE;
    const requeueAfterMs = progressCheckMs(deployment, status, now);
    return requeueAfterMs === undefined ? DONE : { requeueAfterMs };
  }

  /** @returns whether there was anything to write */
  async #write(
    deployment: Readonly<Deployment>,
    status: DeploymentStatus,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (isStatusCurrent(deployment, status)) return false;
    await this.#options.writer.updateStatus({ ...deployment, status }, signal);
    return true;
  }
}

/** Whether the deployment wants another number of pods than when its sets were scaled last. */
function isScaled({ deployment, sets }: Rollout): boolean {
  return activeOf(allOf(sets)).some((set) => {
    const desired = replicasAnnotation(set, DESIRED_REPLICAS);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

function isEmpty({ metadata, spec, status }: Readonly<ReplicaSet>): boolean {
  return (
    (status?.replicas ?? 0) === 0 &&
    spec?.replicas === 0 &&
    (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
  );
}

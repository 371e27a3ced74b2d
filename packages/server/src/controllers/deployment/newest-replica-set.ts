import type { Deployment, ReplicaSet } from "../../api/types.ts";
import { isAlreadyExists, isNamespaceTerminating } from "../../client/errors.ts";
import type { Lister } from "../../informer/lister.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isControlledBy, newControllerRef } from "../controller-ref.ts";
import { textOf } from "../pod-control/pod-control.ts";
import {
  findCondition,
  hasProgressDeadline,
  newCondition,
  type ProgressReason,
  withCondition,
} from "./conditions.ts";
import { DEPLOYMENT_KIND } from "./deployment-kind.ts";
import type { DeploymentWriter } from "./deployment-writer.ts";
import { newestReplicas } from "./replica-counts.ts";
import { isSameTemplate, type ReplicaSets, TEMPLATE_HASH_LABEL } from "./replica-sets.ts";
import {
  type Annotations,
  maxRevision,
  newestAnnotations,
  REVISION,
  withReplicasAnnotations,
} from "./revisions.ts";
import { templateHash } from "./template-hash.ts";

/** A deployment as it is now, with its sets. */
export interface Rollout {
  readonly deployment: Readonly<Deployment>;
  readonly sets: ReplicaSets;
}

export interface NewestReplicaSetOptions {
  readonly writer: DeploymentWriter;
  readonly replicaSets: Lister<ReplicaSet>;
  readonly clock: Clock;
}

const MAX_NAME_LENGTH = 253;

/**
 * Keeps the set with the deployment's template: its annotations, its place in the history, and that
 * it is there at all.
 * @see kubernetes pkg/controller/deployment/sync.go (getNewReplicaSet)
 */
export class NewestReplicaSet {
  readonly #options: NewestReplicaSetOptions;

  constructor(options: NewestReplicaSetOptions) {
    this.#options = options;
  }

  /** Brings annotations and revision up to date, where the set is there. */
  async sync(rollout: Rollout, signal: AbortSignal): Promise<Rollout> {
    const { deployment, sets } = rollout;
    const { newest } = sets;
    if (newest === undefined) return rollout;
    const { writer } = this.#options;
    const wanted = upToDate(deployment, newest, maxRevision(sets.old) + 1);
    if (wanted !== undefined) {
      const written = await writer.replicaSets.update(wanted, { signal });
      return { deployment, sets: { ...sets, newest: written } };
    }
    const progress = findCondition(deployment.status?.conditions, "Progressing");
    const noted = this.#note(deployment, newest.metadata.annotations?.[REVISION] ?? "", [
      progress === undefined ? "FoundNewReplicaSet" : undefined,
      `Found new replica set "${newest.metadata.name}"`,
    ]);
    if (noted === undefined) return rollout;
    return { deployment: await writer.updateStatus(noted, signal), sets };
  }

  /** Makes the set, where it is not there. @throws StatusError when that is not possible */
  async create(rollout: Rollout, signal: AbortSignal): Promise<Rollout> {
    const { deployment, sets } = rollout;
    const { writer } = this.#options;
    const revision = maxRevision(sets.old) + 1;
    const wanted = newReplicaSet(deployment, sets.old, revision);
    let made: Readonly<ReplicaSet>;
    let isNew = true;
    try {
      made = await writer.replicaSets.create(wanted, { signal });
      const { replicas = 0 } = wanted.spec ?? {};
      const what = `Scaled up replica set ${made.metadata.name} from 0 to ${replicas}`;
      if (replicas > 0) writer.tell(deployment, "Normal", "ScalingReplicaSet", what);
    } catch (error) {
      isNew = false;
      made = await this.#notCreated(deployment, wanted, error, signal);
    }
    const noted = this.#note(deployment, String(revision), [
      isNew ? "NewReplicaSetCreated" : undefined,
      `Created new replica set "${made.metadata.name}"`,
    ]);
    return {
      deployment: noted === undefined ? deployment : await writer.updateStatus(noted, signal),
      sets: { ...sets, newest: made },
    };
  }

  /** @returns the set that is there already; @throws whatever else it was, after saying so */
  async #notCreated(
    deployment: Readonly<Deployment>,
    wanted: ReplicaSet,
    error: unknown,
    signal: AbortSignal,
  ): Promise<Readonly<ReplicaSet>> {
    const { namespace = "", name = "" } = wanted.metadata;
    if (isAlreadyExists(error)) {
      // The informer need not have seen yet what an earlier step has made.
      const found =
        this.#options.replicaSets.get(namespace, name) ??
        (await this.#options.writer.replicaSets.get({ namespace, name }, { signal }));
      const isOurs =
        isControlledBy(found, deployment) &&
        isSameTemplate(found.spec?.template, deployment.spec?.template);
      if (isOurs) return found;
      await this.#countCollision(deployment, signal);
    } else if (!isNamespaceTerminating(error)) {
      await this.#reportFailure(deployment, name, error, signal);
    }
    throw error;
  }

  /** Another template has the same hash: with another count there will be another hash. */
  async #countCollision(deployment: Readonly<Deployment>, signal: AbortSignal): Promise<void> {
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    const status = { ...deployment.status, collisionCount };
    await this.#options.writer.updateStatus({ ...deployment, status }, signal);
  }

  async #reportFailure(
    deployment: Readonly<Deployment>,
    name: string,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const { writer } = this.#options;
    const message = `Failed to create new replica set "${name}": ${textOf(error)}`;
    writer.tell(deployment, "Warning", "ReplicaSetCreateError", message);
    if (!hasProgressDeadline(deployment)) return;
    const failed = this.#withProgress(deployment, "False", "ReplicaSetCreateError", message);
    try {
      await writer.updateStatus(failed, signal);
    } catch {
      // What could not be created is the bigger trouble, and is what is thrown.
    }
  }

  /** Number and condition of a rollout; undefined when both are there. */
  #note(
    deployment: Readonly<Deployment>,
    revision: string,
    [reason, message]: readonly [ProgressReason | undefined, string],
  ): Deployment | undefined {
    const { metadata } = deployment;
    const isNumbered = (metadata.annotations?.[REVISION] ?? "") === revision;
    const isToldOf = reason === undefined || !hasProgressDeadline(deployment);
    if (isNumbered && isToldOf) return undefined;
    const annotations = { ...metadata.annotations, [REVISION]: revision };
    const numbered = { ...deployment, metadata: { ...metadata, annotations } };
    return isToldOf ? numbered : this.#withProgress(numbered, "True", reason, message);
  }

  #withProgress(
    deployment: Readonly<Deployment>,
    is: "True" | "False",
    reason: ProgressReason,
    message: string,
  ): Deployment {
    const now = this.#options.clock.now();
    const condition = newCondition("Progressing", is, reason, message, now);
    const conditions = withCondition(deployment.status?.conditions ?? [], condition);
    return { ...deployment, status: { ...deployment.status, conditions: [...conditions] } };
  }
}

/** The set with what the deployment says now; undefined when it has that. */
function upToDate(
  deployment: Readonly<Deployment>,
  newest: Readonly<ReplicaSet>,
  revision: number,
): ReplicaSet | undefined {
  const { metadata, spec } = newest;
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const annotations = newestAnnotations(deployment, metadata.annotations, revision);
  const isSame =
    (annotations === undefined || isSameMap(annotations, metadata.annotations ?? {})) &&
    (spec?.minReadySeconds ?? 0) === minReadySeconds;
  if (isSame || spec === undefined) return undefined;
  return {
    ...newest,
    metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) },
    spec: { ...spec, minReadySeconds },
  };
}

function isSameMap(left: Annotations, right: Annotations): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

/** A set for the deployment's template, under a name that the same template always has. */
function newReplicaSet(
  deployment: Readonly<Deployment>,
  old: readonly Readonly<ReplicaSet>[],
  revision: number,
): ReplicaSet {
  const { metadata, spec } = deployment;
  const { template = {}, selector = {}, minReadySeconds } = spec ?? {};
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash };
  const matchLabels = { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash };
  const annotations = withReplicasAnnotations(
    newestAnnotations(deployment, undefined, revision),
    deployment,
  );
  return {
    metadata: {
      name: nameWithHash(metadata.name ?? "", hash),
      namespace: metadata.namespace ?? "",
      ownerReferences: [newControllerRef(DEPLOYMENT_KIND, deployment)],
      labels,
      annotations,
    },
    spec: {
      replicas: newestReplicas(deployment, old, 0),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function nameWithHash(name: string, hash: string): string {
  return `${name.slice(0, MAX_NAME_LENGTH - 1 - hash.length)}-${hash}`;
}

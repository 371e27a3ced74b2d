import type { Deployment, ReplicaSet } from "../../api/types.ts";
import { allOf, isSameTemplate, type ReplicaSets, withoutHash } from "./replica-sets.ts";
import { annotationsOfRollback, lastRevision, ROLLBACK_TO, revisionOf } from "./revisions.ts";

/**
 * An undo as `apps/v1beta1` clients asked for it, by an annotation today. `kubectl rollout undo` has
 * long been writing the old template itself.
 * @see kubernetes pkg/controller/deployment/rollback.go
 */
export interface Rollback {
  /** The deployment that goes on from here, without the wish. */
  readonly deployment: Deployment;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** The revision to go back to, 0 for the last one; undefined when none is asked for. */
export function rollbackRevision({ metadata }: Readonly<Deployment>): number | undefined {
  const text = metadata.annotations?.[ROLLBACK_TO] ?? "";
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** @param revision - As `rollbackRevision` found it. */
export function decideRollback(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
  revision: number,
): Rollback {
  const all = allOf(sets);
  const wanted = revision === 0 ? lastRevision(all) : revision;
  if (wanted === 0) return notFound(deployment, "Unable to find last revision.");
  const set = all.find((each) => revisionOf(each) === wanted);
  if (set === undefined) {
    return notFound(deployment, "Unable to find the revision to rollback to.");
  }
  const { name } = deployment.metadata;
  if (isSameTemplate(set.spec?.template, deployment.spec?.template)) {
    return {
      deployment: withoutWish(deployment),
      type: "Warning",
      reason: "DeploymentRollbackTemplateUnchanged",
      message: `The rollback revision contains the same template as current deployment "${name}"`,
    };
  }
  return {
    deployment: withoutWish(backTo(deployment, set)),
    type: "Normal",
    reason: "DeploymentRollback",
    message: `Rolled back deployment "${name}" to revision ${wanted}`,
  };
}

function notFound(deployment: Readonly<Deployment>, message: string): Rollback {
  const reason = "DeploymentRollbackRevisionNotFound";
  return { deployment: withoutWish(deployment), type: "Warning", reason, message };
}

function backTo(deployment: Readonly<Deployment>, set: Readonly<ReplicaSet>): Deployment {
  const { metadata, spec } = deployment;
  const template = withoutHash(set.spec?.template);
  return {
    ...deployment,
    metadata: { ...metadata, annotations: { ...annotationsOfRollback(deployment, set) } },
    ...(spec === undefined ? {} : { spec: { ...spec, template } }),
  };
}

function withoutWish(deployment: Readonly<Deployment>): Deployment {
  const { [ROLLBACK_TO]: _wish, ...annotations } = deployment.metadata.annotations ?? {};
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

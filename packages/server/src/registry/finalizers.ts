import type { KubeObject } from "../api/object.ts";

export const FINALIZER_ORPHAN = "orphan";
export const FINALIZER_FOREGROUND = "foregroundDeletion";

/** Finalizers of a namespace's spec, which hold it besides those of its metadata. */
function specFinalizers(object: KubeObject): readonly string[] {
  if (object.kind !== "Namespace") return [];
  const spec = object.spec as { finalizers?: readonly string[] } | undefined;
  return spec?.finalizers ?? [];
}

/** Whether an object that is being deleted has nothing left that holds it. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  return (
    deletionTimestamp !== undefined &&
    Number(deletionGracePeriodSeconds ?? 0) === 0 &&
    (finalizers?.length ?? 0) === 0 &&
    specFinalizers(object).length === 0
  );
}

export interface Propagation {
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
}

function wants(
  finalizer: string,
  policy: string,
  { propagationPolicy, orphanDependents }: Propagation,
  present: boolean,
): boolean {
  if (finalizer === FINALIZER_ORPHAN && orphanDependents !== undefined) return orphanDependents;
  if (finalizer === FINALIZER_FOREGROUND && orphanDependents !== undefined) return false;
  if (propagationPolicy !== undefined) return propagationPolicy === policy;
  return present;
}

/**
 * The finalizers an object has once a delete with this propagation has begun; the same array when
 * nothing changes. @see apiserver pkg/registry/generic/registry/store.go
 * (deletionFinalizersForGarbageCollection)
 */
export function finalizersForDeletion(
  finalizers: readonly string[],
  propagation: Propagation,
): readonly string[] {
  const orphan = wants(
    FINALIZER_ORPHAN,
    "Orphan",
    propagation,
    finalizers.includes(FINALIZER_ORPHAN),
  );
  const foreground = wants(
    FINALIZER_FOREGROUND,
    "Foreground",
    propagation,
    finalizers.includes(FINALIZER_FOREGROUND),
  );
  const wanted = finalizers.filter(
    (item) => item !== FINALIZER_ORPHAN && item !== FINALIZER_FOREGROUND,
  );
  if (orphan) wanted.push(FINALIZER_ORPHAN);
  if (foreground) wanted.push(FINALIZER_FOREGROUND);
  const same =
    wanted.length === finalizers.length && wanted.every((item) => finalizers.includes(item));
  return same ? finalizers : wanted;
}

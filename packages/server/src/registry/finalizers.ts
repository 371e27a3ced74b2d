import type { KubeObject } from "../api/object.ts";

export const FINALIZER_ORPHAN = "orphan";
export const FINALIZER_FOREGROUND = "foregroundDeletion";

/** Finalizers of a namespace's spec, which hold it besides those of its metadata. */
function specFinalizers(object: KubeObject): readonly string[] {
  if (object.kind !== "Namespace") return [];
  const spec = object.spec as { finalizers?: readonly string[] } | undefined;
  return spec?.finalizers ?? [];
}

/**
 * Whether an update takes away the last that held an object: it was being deleted, no grace period
 * is left, and `object` has no finalizers any more.
 * @see apiserver pkg/registry/generic/registry/store.go (ShouldDeleteDuringUpdate)
 */
export function isFinished(object: KubeObject, old: Readonly<KubeObject>): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = old.metadata;
  return (
    deletionTimestamp !== undefined &&
    Number(deletionGracePeriodSeconds ?? 0) === 0 &&
    (object.metadata.finalizers?.length ?? 0) === 0 &&
    specFinalizers(object).length === 0
  );
}

export interface Propagation {
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
}

/** What a kind does with the propagation of a DELETE. */
export interface PropagationRules {
  /** Nothing ever depends on objects of the kind. */
  readonly ignoresPropagation?: boolean;
  /** A DELETE that says nothing about dependents leaves them behind. */
  readonly orphansByDefault?: boolean;
}

function finalizerFor(
  { propagationPolicy, orphanDependents }: Propagation,
  present: readonly string[],
  rules: PropagationRules,
): string | undefined {
  if (rules.ignoresPropagation === true) return undefined;
  if (orphanDependents !== undefined) return orphanDependents ? FINALIZER_ORPHAN : undefined;
  if (propagationPolicy !== undefined) return POLICY_FINALIZERS[propagationPolicy];
  const own = present.find((item) => item === FINALIZER_ORPHAN || item === FINALIZER_FOREGROUND);
  return own ?? (rules.orphansByDefault === true ? FINALIZER_ORPHAN : undefined);
}

/** Background has none. */
const POLICY_FINALIZERS: Readonly<Record<string, string>> = {
  Orphan: FINALIZER_ORPHAN,
  Foreground: FINALIZER_FOREGROUND,
};

/**
 * The finalizers an object has once a delete with this propagation has begun; the same array when
 * nothing changes. @see apiserver pkg/registry/generic/registry/store.go
 * (deletionFinalizersForGarbageCollection)
 */
export function finalizersForDeletion(
  finalizers: readonly string[],
  propagation: Propagation,
  rules: PropagationRules,
): readonly string[] {
  const added = finalizerFor(propagation, finalizers, rules);
  const wanted = finalizers.filter(
    (item) => item !== FINALIZER_ORPHAN && item !== FINALIZER_FOREGROUND,
  );
  if (added !== undefined) wanted.push(added);
  const same =
    wanted.length === finalizers.length && wanted.every((item) => finalizers.includes(item));
  return same ? finalizers : wanted;
}

import type { ObjectMeta } from "../../api/types.ts";
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN } from "./graph-node.ts";
import type { PropagationPolicy } from "./object-client.ts";

/** Of each owner: is there, is not, or is going and waits for its dependents to go first. */
export type OwnerState = "solid" | "dangling" | "waiting";

export type Deletion =
  /** An owner is there. */
  | { readonly action: "keep" }
  /** An owner is there; the others hold nothing and must not be held up. */
  | { readonly action: "drop-owners"; readonly uids: readonly string[] }
  /** It and an owner would wait for each other; then decide again. */
  | { readonly action: "unblock-owners" }
  | { readonly action: "delete"; readonly propagationPolicy: PropagationPolicy };

export interface DeletionFacts {
  /** The object as it is now; it has owners. */
  readonly latest: Pick<ObjectMeta, "finalizers" | "ownerReferences">;
  /** By the owner's uid. */
  readonly owners: ReadonlyMap<string, OwnerState>;
  /** What names the object as its owner. */
  readonly dependents: Iterable<{ readonly isDeletingDependents: boolean }>;
}

/**
 * What becomes of an object that has owners. An owner that waits gets the object's own dependents
 * deleted before the object; otherwise a finalizer that the object has already says how it goes.
 * @see kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem)
 */
export function decideDeletion({ latest, owners, dependents }: DeletionFacts): Deletion {
  const of = (state: OwnerState): string[] =>
    [...owners].filter(([, each]) => each === state).map(([uid]) => uid);
  if (of("solid").length > 0) {
    const uids = [...of("dangling"), ...of("waiting")];
    return uids.length === 0 ? { action: "keep" } : { action: "drop-owners", uids };
  }
  const own = [...dependents];
  if (of("waiting").length > 0 && own.length > 0) {
    const blocks = latest.ownerReferences?.some((each) => each.blockOwnerDeletion === true);
    const mayBeCircle = own.some(({ isDeletingDependents }) => isDeletingDependents);
    if (blocks && mayBeCircle) return { action: "unblock-owners" };
    return { action: "delete", propagationPolicy: "Foreground" };
  }
  return { action: "delete", propagationPolicy: policyOf(latest.finalizers ?? []) };
}

function policyOf(finalizers: readonly string[]): PropagationPolicy {
  if (finalizers.includes(FINALIZER_ORPHAN)) return "Orphan";
  return finalizers.includes(FINALIZER_FOREGROUND) ? "Foreground" : "Background";
}

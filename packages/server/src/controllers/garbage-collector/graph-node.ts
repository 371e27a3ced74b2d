import type { ObjectMeta, OwnerReference } from "../../api/types.ts";
import type { ObjectReference } from "./object-reference.ts";

/** @see apimachinery pkg/apis/meta/v1 (FinalizerOrphanDependents, FinalizerDeleteDependents) */
export const FINALIZER_ORPHAN = "orphan";
export const FINALIZER_FOREGROUND = "foregroundDeletion";

const NONE: ReadonlySet<GraphNode> = new Set();

/** What the graph reads of an object's metadata. */
export interface Ownership {
  readonly owners: readonly OwnerReference[];
  readonly isBeingDeleted: boolean;
  /** It is being deleted, and its dependents must lose it first. */
  readonly isOrphaning: boolean;
  /** It is being deleted, and its dependents must go first. */
  readonly isDeletingDependents: boolean;
}

export function ownershipOf(metadata: ObjectMeta): Ownership {
  const { ownerReferences, deletionTimestamp, finalizers = [] } = metadata;
  const isBeingDeleted = deletionTimestamp !== undefined;
  return {
    owners: ownerReferences ?? [],
    isBeingDeleted,
    isOrphaning: isBeingDeleted && finalizers.includes(FINALIZER_ORPHAN),
    isDeletingDependents: isBeingDeleted && finalizers.includes(FINALIZER_FOREGROUND),
  };
}

/**
 * An object that owns or is owned, or waits for those it owns. Only the graph changes it; everybody
 * else reads.
 */
export class GraphNode implements Ownership {
  identity: ObjectReference;
  owners: readonly OwnerReference[] = [];
  isBeingDeleted = false;
  isOrphaning = false;
  isDeletingDependents = false;
  /** Known from references of others alone: it may be elsewhere, something else, or not at all. */
  isVirtual: boolean;
  #dependents: Set<GraphNode> | undefined;

  constructor(identity: ObjectReference, { isVirtual }: { readonly isVirtual: boolean }) {
    this.identity = identity;
    this.isVirtual = isVirtual;
  }

  /** Those that name it as an owner. Most objects have none, and no set either. */
  get dependents(): ReadonlySet<GraphNode> {
    return this.#dependents ?? NONE;
  }

  addDependent(node: GraphNode): void {
    this.#dependents ??= new Set();
    this.#dependents.add(node);
  }

  deleteDependent(node: GraphNode): void {
    this.#dependents?.delete(node);
  }

  /** Dependents that its deletion in the foreground waits for. */
  blockingDependents(): readonly GraphNode[] {
    const { uid } = this.identity;
    return [...this.dependents].filter(({ owners }) =>
      owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
  }
}

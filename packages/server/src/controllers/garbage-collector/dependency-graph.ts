import type { ObjectMeta, OwnerReference } from "../../api/types.ts";
import { GraphNode, type Ownership, ownershipOf } from "./graph-node.ts";
import {
  isSameOwner,
  isSameReference,
  type ObjectReference,
  type ObjectType,
  ownerIn,
  referenceTo,
} from "./object-reference.ts";
import { alternativeIdentity, partitionDependents } from "./owner-identity.ts";

/** What changes of the graph ask for. Called in the middle of a change: takes note, and no more. */
export interface GraphListener {
  /** Whether the object has to go, or may go at last, must be looked into. */
  attemptToDelete(node: GraphNode): void;
  /** The same, after a wait that grows. */
  attemptToDeleteLater(node: GraphNode): void;
  /** Its dependents are to lose it. */
  attemptToOrphan(node: GraphNode): void;
  /** There is no such object, whatever references to it say. */
  ownerIsAbsent(owner: ObjectReference): void;
  /** The reference names an object that lives in another namespace. */
  namespaceIsWrong(dependent: GraphNode, owner: ObjectReference): void;
}

/**
 * Who owns whom, as far as anybody owns anybody: objects with owners, the owners that are named, and
 * objects whose deletion waits for dependents. All others, nearly all of a cluster, leave no trace.
 * An owner is therefore first heard of when an object names it; such a node is virtual until the
 * owner itself has been seen, in its collection or by a question to the API.
 *
 *     top ← mid ← low                    # low's ownerReferences name mid's uid, mid's top's
 *     remove(top) → attemptToDelete(mid) # whoever deletes mid lets its removal be told here, and so on
 *
 * It decides nothing that needs the API; it tells its listener what to look into.
 * @see kubernetes pkg/controller/garbagecollector/graph_builder.go (processGraphChanges)
 */
export class DependencyGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #listener: GraphListener;

  constructor(listener: GraphListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  all(): Iterable<GraphNode> {
    return this.#nodes.values();
  }

  /** An object is there, in this state. */
  observe(type: ObjectType, metadata: ObjectMeta): void {
    const ownership = ownershipOf(metadata);
    let node = this.#nodes.get(metadata.uid ?? "");
    if (node === undefined) {
      if (!isWorthKeeping(ownership)) return;
      node = new GraphNode(referenceTo(type, metadata), { isVirtual: false });
      this.#nodes.set(node.identity.uid, node);
    } else if (node.isVirtual) {
      this.#recognise(node, referenceTo(type, metadata));
    }
    this.#changeOwners(node, ownership.owners);
    this.#changeDeletion(node, ownership);
    this.#forgetIfIdle(node);
  }

  /** An object was there and is no more. */
  remove(type: ObjectType, metadata: ObjectMeta): void {
    const node = this.#nodes.get(metadata.uid ?? "");
    if (node === undefined) return;
    const identity = referenceTo(type, metadata);
    if (node.isVirtual) this.#recognise(node, identity);
    this.#drop(node, identity);
  }

  /**
   * The API knows no object of this identity. That need not mean that there is none of this uid: it
   * may be what another identity says.
   */
  confirmAbsent(identity: ObjectReference): void {
    const node = this.#nodes.get(identity.uid);
    if (node === undefined) return;
    const isKnownAsThat = isSameReference(node.identity, identity);
    const { matching, others } = partitionDependents(node.dependents, identity);
    if (node.isVirtual ? others.length === 0 : isKnownAsThat) {
      this.#drop(node, identity);
      return;
    }
    if (matching.length > 0) this.#listener.ownerIsAbsent(identity);
    for (const dependent of matching) this.#listener.attemptToDelete(dependent);
    if (!node.isVirtual || !isKnownAsThat) return;
    const other = alternativeIdentity(others, identity);
    if (other === undefined) return;
    node.identity = other;
    this.#listener.attemptToDeleteLater(node);
  }

  /** Whether the object is still there has to be found out: a list did not have it. */
  doubt(node: GraphNode): void {
    node.isVirtual = true;
    this.#listener.attemptToDelete(node);
  }

  /** What was known from references has been seen: those that describe it wrongly are looked into. */
  #recognise(node: GraphNode, identity: ObjectReference): void {
    node.isVirtual = false;
    if (isSameReference(node.identity, identity)) return;
    for (const dependent of partitionDependents(node.dependents, identity).others) {
      this.#complainOfNamespace(dependent, identity);
      this.#listener.attemptToDelete(dependent);
    }
    node.identity = identity;
  }

  #complainOfNamespace(dependent: GraphNode, owner: ObjectReference): void {
    const { namespace } = dependent.identity;
    if (owner.namespace === "" || owner.namespace === namespace) return;
    const reference = dependent.owners.find(({ uid }) => uid === owner.uid);
    if (reference === undefined) return;
    this.#listener.namespaceIsWrong(dependent, ownerIn(namespace, reference));
  }

  #changeOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    if (before.length === 0 && owners.length === 0) return;
    const added = owners.filter(({ uid }) => !before.some((each) => each.uid === uid));
    const removed = before.filter(({ uid }) => !owners.some((each) => each.uid === uid));
    node.owners = owners;
    for (const owner of before) {
      const now = owners.find(({ uid }) => uid === owner.uid);
      if (owner.blockOwnerDeletion === true && now?.blockOwnerDeletion !== true) {
        this.#attemptToDeleteUid(owner.uid);
      }
    }
    this.#link(node, added);
    this.#unlink(node, removed);
  }

  #attemptToDeleteUid(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node !== undefined) this.#listener.attemptToDelete(node);
  }

  #link(node: GraphNode, owners: readonly OwnerReference[]): void {
    let isDoubtful = false;
    for (const owner of owners) {
      const known = this.#nodes.get(owner.uid);
      if (known === undefined) {
        const made = new GraphNode(ownerIn(node.identity.namespace, owner), { isVirtual: true });
        this.#nodes.set(owner.uid, made);
        made.addDependent(node);
        this.#listener.attemptToDelete(made);
      } else {
        known.addDependent(node);
        if (!isDoubtful && !isPlausible(node, owner, known)) {
          isDoubtful = true;
          if (!known.isVirtual) this.#complainOfNamespace(node, known.identity);
        }
      }
    }
    if (isDoubtful) this.#listener.attemptToDelete(node);
  }

  #unlink(node: GraphNode, owners: readonly OwnerReference[]): void {
    for (const { uid } of owners) {
      const owner = this.#nodes.get(uid);
      if (owner === undefined) continue;
      owner.deleteDependent(node);
      this.#forgetIfIdle(owner);
    }
  }

  #changeDeletion(node: GraphNode, now: Ownership): void {
    const startsOrphaning = now.isOrphaning && !node.isOrphaning;
    const startsDeleting = now.isDeletingDependents && !node.isDeletingDependents;
    node.isBeingDeleted ||= now.isBeingDeleted;
    node.isOrphaning = now.isOrphaning;
    node.isDeletingDependents = now.isDeletingDependents;
    if (startsOrphaning) {
      this.#listener.attemptToOrphan(node);
    } else if (startsDeleting) {
      for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
      this.#listener.attemptToDelete(node);
    }
  }

  #drop(node: GraphNode, identity: ObjectReference): void {
    this.#nodes.delete(node.identity.uid);
    this.#unlink(node, node.owners);
    if (node.dependents.size > 0) this.#listener.ownerIsAbsent(identity);
    for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
    for (const { uid } of node.owners) {
      const owner = this.#nodes.get(uid);
      if (owner?.isDeletingDependents) this.#listener.attemptToDelete(owner);
    }
  }

  #forgetIfIdle(node: GraphNode): void {
    if (node.dependents.size === 0 && !isWorthKeeping(node)) {
      this.#nodes.delete(node.identity.uid);
    }
  }
}

function isWorthKeeping({ owners, isOrphaning, isDeletingDependents }: Ownership): boolean {
  return owners.length > 0 || isOrphaning || isDeletingDependents;
}

/** Whether an owner that is known may be the one that a reference means. */
function isPlausible(node: GraphNode, owner: OwnerReference, known: GraphNode): boolean {
  const { namespace } = node.identity;
  if (known.identity.namespace !== "" && known.identity.namespace !== namespace) return false;
  if (!isSameOwner(owner, known.identity)) return false;
  // Nobody has seen it: it may be a kind that lives in namespaces, named by an object that does not.
  return !known.isVirtual || known.identity.namespace === namespace;
}

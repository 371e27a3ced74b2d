/**
 * References can lie: they may name an owner of another namespace or kind, and different dependents
 * may name one uid differently. What is known to be absent is then one identity, not the uid.
 */
import type { GraphNode } from "./graph-node.ts";
import {
  compareReferences,
  isSameOwner,
  isSameReference,
  type ObjectReference,
  ownerIn,
} from "./object-reference.ts";

export interface PartitionedDependents {
  /** Those that name the owner by this identity. */
  readonly matching: readonly GraphNode[];
  /** Those that name it by its uid and otherwise differently; a dependent may be in both. */
  readonly others: readonly GraphNode[];
}

/** @see kubernetes pkg/controller/garbagecollector/graph_builder.go (partitionDependents) */
export function partitionDependents(
  dependents: Iterable<GraphNode>,
  owner: ObjectReference,
): PartitionedDependents {
  const matching: GraphNode[] = [];
  const others: GraphNode[] = [];
  for (const dependent of dependents) {
    const isElsewhere = owner.namespace !== "" && owner.namespace !== dependent.identity.namespace;
    const same = dependent.owners.filter(({ uid }) => uid === owner.uid);
    if (!isElsewhere && same.some((each) => isSameOwner(each, owner))) matching.push(dependent);
    if (isElsewhere || same.some((each) => !isSameOwner(each, owner))) others.push(dependent);
  }
  return { matching, others };
}

/**
 * Another identity by which dependents know an owner whose identity was found absent: the next one in
 * order, so that all get their turn; undefined when there is none.
 * @see kubernetes pkg/controller/garbagecollector/graph_builder.go (getAlternateOwnerIdentity)
 */
export function alternativeIdentity(
  dependents: Iterable<GraphNode>,
  absent: ObjectReference,
): ObjectReference | undefined {
  let first: ObjectReference | undefined;
  let next: ObjectReference | undefined;
  for (const candidate of candidates(dependents, absent)) {
    if (first === undefined || compareReferences(candidate, first) < 0) first = candidate;
    if (compareReferences(absent, candidate) >= 0) continue;
    if (next === undefined || compareReferences(candidate, next) < 0) next = candidate;
  }
  return next ?? first;
}

function* candidates(
  dependents: Iterable<GraphNode>,
  absent: ObjectReference,
): Generator<ObjectReference> {
  for (const { owners, identity } of dependents) {
    for (const owner of owners) {
      if (owner.uid !== absent.uid) continue;
      const isOfTheCluster =
        absent.namespace === "" &&
        owner.apiVersion === absent.apiVersion &&
        owner.kind === absent.kind;
      const candidate = ownerIn(isOfTheCluster ? "" : identity.namespace, owner);
      if (!isSameReference(candidate, absent)) yield candidate;
    }
  }
}

import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/types.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import { newControllerRef, type OwnerKind } from "../controller-ref.ts";
import { isWanted, STATEFUL_SET } from "./stateful-pods.ts";

/**
 * Who owns the claims of a StatefulSet's pods, and with whom they go: with nobody, with the set,
 * with a pod that is not wanted any more, as the set's retention policy says.
 * @see kubernetes pkg/controller/statefulset/stateful_set_utils.go
 */

const POD: OwnerKind = { apiVersion: "v1", kind: "Pod" };

type Claim = Readonly<PersistentVolumeClaim>;

/** Whether claims outlive the pods and the set. */
export function keepsClaims(set: Readonly<StatefulSet>): boolean {
  const { whenDeleted, whenScaled } = policyOf(set);
  return whenDeleted !== "Delete" && whenScaled !== "Delete";
}

function policyOf({ spec }: Readonly<StatefulSet>) {
  return spec?.persistentVolumeClaimRetentionPolicy ?? {};
}

/** The claim with the owners that it should have; undefined when it has them, or is left alone. */
export function withOwners(
  claim: Claim,
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod>,
): PersistentVolumeClaim | undefined {
  if (isOfAnother(claim, set, STATEFUL_SET) || isOfAnother(claim, pod, POD)) return undefined;
  const others = ownersOf(claim).filter(
    (owner) => !names(owner, set, STATEFUL_SET) && !names(owner, pod, POD),
  );
  const wanted = isOthersBusiness(claim, set, pod) ? [] : wantedOwners(set, pod);
  if (isSame(ownersOf(claim), [...others, ...wanted])) return undefined;
  return { ...claim, metadata: { ...claim.metadata, ownerReferences: [...others, ...wanted] } };
}

function wantedOwners(set: Readonly<StatefulSet>, pod: Readonly<Pod>): readonly OwnerReference[] {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenScaled === "Delete" && !isWanted(set, pod)) return [newControllerRef(POD, pod)];
  return whenDeleted === "Delete" ? [newControllerRef(STATEFUL_SET, set)] : [];
}

/** Whether somebody else controls a claim that should go with the set or a pod. */
export function isOthersBusiness(
  claim: Claim,
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod>,
): boolean {
  if (keepsClaims(set)) return false;
  return ownersOf(claim).some((owner) => {
    if (names(owner, set, STATEFUL_SET)) return owner.uid !== set.metadata.uid;
    if (names(owner, pod, POD)) return owner.uid !== pod.metadata.uid;
    return owner.controller === true;
  });
}

/**
 * Whether the claim goes with a pod that was there before: a new one has to wait until it is gone.
 */
export function isStale(claim: Claim, set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  return policyOf(set).whenScaled === "Delete" && isOfAnother(claim, pod, POD);
}

function ownersOf({ metadata }: Claim): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

/** Whether the reference is to an object of this name, which need not be this object. */
function names(owner: OwnerReference, { metadata }: Readonly<ApiObject>, kind: OwnerKind): boolean {
  return (
    owner.apiVersion === kind.apiVersion && owner.kind === kind.kind && owner.name === metadata.name
  );
}

function isOfAnother(claim: Claim, object: Readonly<ApiObject>, kind: OwnerKind): boolean {
  const owner = ownersOf(claim).find((each) => names(each, object, kind));
  return owner !== undefined && owner.uid !== object.metadata.uid;
}

function isSame(left: readonly OwnerReference[], right: readonly OwnerReference[]): boolean {
  return (
    left.length === right.length &&
    left.every((owner) =>
      right.some(
        ({ uid, controller }) =>
          uid === owner.uid && (controller === true) === (owner.controller === true),
      ),
    )
  );
}

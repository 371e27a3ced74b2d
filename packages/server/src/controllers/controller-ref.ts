import { StatusError } from "../api/status-error.ts";
import type { ObjectMeta, OwnerReference } from "../api/types.ts";
import type { ResourceClient } from "../client/client.ts";
import { isNotFound } from "../client/errors.ts";
import { type ApiObject, keyOf } from "../client/resource-type.ts";

/**
 * Who controls an object: the one owner reference with `controller: true`. Names come back with
 * other objects behind them, so uids decide.
 * @see kubernetes pkg/controller/controller_ref_manager.go
 */

/** What an owner reference says of its kind. */
export interface OwnerKind {
  /** `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

export function controllerOf({ metadata }: Readonly<ApiObject>): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(object: Readonly<ApiObject>, owner: Readonly<ApiObject>): boolean {
  const uid = controllerOf(object)?.uid;
  return uid !== undefined && uid === owner.metadata.uid;
}

/** The reference of what `owner` creates. */
export function newControllerRef(
  { apiVersion, kind }: OwnerKind,
  { metadata: { name = "", uid = "" } }: Readonly<ApiObject>,
): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What an owner has to do about an object that it came across. */
export type Claim = "own" | "adopt" | "release" | "ignore";

/** @param matches - Whether the owner's selector, and what else it asks for, takes the object. */
export function decideClaim(owner: ObjectMeta, object: ApiObject, matches: boolean): Claim {
  const controller = controllerOf(object);
  if (controller !== undefined) {
    if (controller.uid !== owner.uid) return "ignore";
    if (matches) return "own";
    return owner.deletionTimestamp === undefined ? "release" : "ignore";
  }
  const isWanted =
    matches &&
    owner.deletionTimestamp === undefined &&
    object.metadata.deletionTimestamp === undefined &&
    (owner.namespace ?? "") === (object.metadata.namespace ?? "");
  return isWanted ? "adopt" : "ignore";
}

/** Strategic merge patch with which an owner takes an object; its uid makes sure that it is the one meant. */
export function adoptionPatch(
  kind: OwnerKind,
  owner: Readonly<ApiObject>,
  uid: string,
  finalizers: readonly string[] = [],
): object {
  const ownerReferences = [newControllerRef(kind, owner)];
  const more = finalizers.length === 0 ? {} : { finalizers };
  return { metadata: { uid, ownerReferences, ...more } };
}

/** Strategic merge patch that takes owners off an object. */
export function releasePatch(
  uid: string,
  ownerUid: string,
  finalizers: readonly string[] = [],
): object {
  const ownerReferences = [{ $patch: "delete", uid: ownerUid }];
  const more = finalizers.length === 0 ? {} : { "$deleteFromPrimitiveList/finalizers": finalizers };
  return { metadata: { uid, ownerReferences, ...more } };
}

export interface ClaimOptions<Owner extends ApiObject, T extends ApiObject> {
  readonly kind: OwnerKind;
  readonly owner: Readonly<Owner>;
  /** To ask the server once more whether the owner is still there before it adopts anything. */
  readonly owners: Pick<ResourceClient<Owner>, "get">;
  /** To patch what is adopted or released. */
  readonly objects: Pick<ResourceClient<T>, "patch">;
  /** Which objects belong to the owner. */
  readonly matches: (object: Readonly<T>) => boolean;
  /** Put on what is adopted, taken off what is released. */
  readonly finalizers?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Adopts orphans that match, releases what is owned and matches no longer, and answers what is
 * owned then. Objects that are gone are passed over.
 * @throws AggregateError of what the server did not let it do; try again
 */
export async function claimObjects<Owner extends ApiObject, T extends ApiObject>(
  candidates: Iterable<Readonly<T>>,
  options: ClaimOptions<Owner, T>,
): Promise<Readonly<T>[]> {
  const { owner, matches } = options;
  const claimed: Readonly<T>[] = [];
  const errors: unknown[] = [];
  let ownerIsLive: Promise<void> | undefined;
  for (const object of candidates) {
    const claim = decideClaim(owner.metadata, object, matches(object));
    try {
      if (claim === "release") await release(object, options);
      if (claim === "adopt") {
        ownerIsLive ??= checkOwner(options);
        await ownerIsLive;
        await adopt(object, options);
      }
      if (claim === "own" || claim === "adopt") claimed.push(object);
    } catch (error) {
      if (!isNotFound(error)) errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors(errors);
  return claimed;
}

/** The one error itself, or all of them as one. */
export function joinErrors(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0];
  const messages = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  return new AggregateError(errors, `[${messages.join(", ")}]`);
}

/** @throws Error when the owner is going, or another one has its name */
async function checkOwner<Owner extends ApiObject, T extends ApiObject>({
  kind,
  owner,
  owners,
  signal,
}: ClaimOptions<Owner, T>): Promise<void> {
  const { namespace = "", name = "", uid = "" } = owner.metadata;
  const { metadata } = await owners.get({ namespace, name }, { signal });
  if (metadata.uid !== uid) {
    throw new Error(
      `original ${kind.kind} ${namespace}/${name} is gone: got uid ${metadata.uid}, wanted ${uid}`,
    );
  }
  if (metadata.deletionTimestamp !== undefined) {
    throw new Error(`${namespace}/${name} has just been deleted at ${metadata.deletionTimestamp}`);
  }
}

async function adopt<Owner extends ApiObject, T extends ApiObject>(
  object: Readonly<T>,
  { kind, owner, objects, finalizers, signal }: ClaimOptions<Owner, T>,
): Promise<void> {
  const patch = adoptionPatch(kind, owner, object.metadata.uid ?? "", finalizers);
  await objects.patch(keyOf(object), "strategic-merge-patch", patch, { signal });
}

async function release<Owner extends ApiObject, T extends ApiObject>(
  object: Readonly<T>,
  { owner, objects, finalizers, signal }: ClaimOptions<Owner, T>,
): Promise<void> {
  const patch = releasePatch(object.metadata.uid ?? "", owner.metadata.uid ?? "", finalizers);
  try {
    await objects.patch(keyOf(object), "strategic-merge-patch", patch, { signal });
  } catch (error) {
    // Another object has the name now, or somebody else released it: both are well.
    if (!(error instanceof StatusError) || error.reason !== "Invalid") throw error;
  }
}

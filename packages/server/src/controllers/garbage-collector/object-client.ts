import { StatusError } from "../../api/status-error.ts";
import type { ObjectMeta, OwnerReference } from "../../api/types.ts";
import type { Client, DeleteOptions, ResourceClient } from "../../client/client.ts";
import { isConflict, isNotFound } from "../../client/errors.ts";
import type { ApiObject, ObjectKey } from "../../client/resource-type.ts";
import type { CollectedKinds, ServedKind } from "./collected-kinds.ts";
import type { ObjectReference } from "./object-reference.ts";

/** Nobody serves the kind; perhaps not yet. */
export class UnknownKindError extends Error {
  constructor({ apiVersion, kind }: ObjectReference) {
    super(`no resource of kind ${kind} in ${apiVersion}`);
    this.name = "UnknownKindError";
  }
}

/** An object of the cluster names an owner that lives in namespaces: nobody can say in which. */
export class UnresolvableOwnerError extends Error {
  constructor({ kind, name }: ObjectReference) {
    super(`${kind} ${name} is in a namespace that nobody knows`);
    this.name = "UnresolvableOwnerError";
  }
}

export type PropagationPolicy = NonNullable<DeleteOptions["propagationPolicy"]>;

const CONFLICT_RETRIES = 5;

/**
 * What the collector asks of the API and does to it, about objects of any kind, by their metadata.
 * All methods throw UnknownKindError and UnresolvableOwnerError besides what the client throws.
 * @see kubernetes pkg/controller/garbagecollector/operations.go, patch.go
 */
export class ObjectClient {
  readonly #client: Client;
  readonly #kinds: () => CollectedKinds;

  constructor(client: Client, kinds: () => CollectedKinds) {
    this.#client = client;
    this.#kinds = kinds;
  }

  /** @throws UnknownKindError */
  servedKind(reference: ObjectReference): ServedKind {
    const kind = this.#kinds().find(reference);
    if (kind === undefined) throw new UnknownKindError(reference);
    return kind;
  }

  /** What has the name; undefined when nothing has. Its uid may be another one. */
  async get(reference: ObjectReference, signal: AbortSignal): Promise<ObjectMeta | undefined> {
    const { objects, key } = this.#locate(reference);
    return await getMetadata(objects, key, signal);
  }

  /** The object of this uid, kind and name in whatever namespace; undefined when there is none. */
  async findAnywhere(
    reference: ObjectReference,
    signal: AbortSignal,
  ): Promise<ObjectMeta | undefined> {
    const { type } = this.servedKind(reference);
    if (!type.namespaced) return undefined;
    const fieldSelector = `metadata.name=${reference.name}`;
    for await (const { items } of this.#client.metadata(type).pages({ fieldSelector, signal })) {
      const found = items.find(({ metadata }) => metadata.uid === reference.uid);
      if (found !== undefined) return found.metadata;
    }
    return undefined;
  }

  /**
   * Deletes the object if nothing has happened to it since `latest`, or at least nothing that its
   * end depends on. @throws StatusError `Conflict` when its owners are others now
   */
  async delete(
    reference: ObjectReference,
    latest: ObjectMeta,
    propagationPolicy: PropagationPolicy,
    signal: AbortSignal,
  ): Promise<void> {
    const { objects, key } = this.#locate(reference);
    const { uid } = reference;
    const { resourceVersion = "" } = latest;
    try {
      const preconditions = { uid, resourceVersion };
      await objects.delete(key, { preconditions, propagationPolicy, signal });
    } catch (error) {
      if (!isConflict(error)) throw error;
      const now = await objects.get(key, { signal });
      const isBusy =
        now.metadata.uid === uid &&
        now.metadata.resourceVersion !== resourceVersion &&
        JSON.stringify(now.metadata.ownerReferences) === JSON.stringify(latest.ownerReferences);
      if (!isBusy) throw error;
      await objects.delete(key, { preconditions: { uid }, propagationPolicy, signal });
    }
  }

  /** Takes owners off the object. */
  async dropOwners(
    reference: ObjectReference,
    uids: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const ownerReferences = uids.map((uid) => ({ $patch: "delete", uid }));
    await this.#changeOwners(reference, ownerReferences, signal, (owners) =>
      owners.filter(({ uid }) => !uids.includes(uid)),
    );
  }

  /** Lets the deletion of the object's owners no longer wait for it. */
  async unblockOwners(
    reference: ObjectReference,
    owners: readonly OwnerReference[],
    signal: AbortSignal,
  ): Promise<void> {
    const blocking = owners.filter(({ blockOwnerDeletion }) => blockOwnerDeletion === true);
    const ownerReferences = blocking.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
    await this.#changeOwners(reference, ownerReferences, signal, (present) =>
      present.map((owner) => ({ ...owner, blockOwnerDeletion: false })),
    );
  }

  /** Objects that are gone, or do not have the finalizer, are as they should be. */
  async removeFinalizer(
    reference: ObjectReference,
    finalizer: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { objects, key } = this.#locate(reference);
    for (let tries = 1; ; tries++) {
      const found = await getMetadata(objects, key, signal);
      if (found === undefined || !(found.finalizers ?? []).includes(finalizer)) return;
      const { resourceVersion } = found;
      const finalizers = (found.finalizers ?? []).filter((each) => each !== finalizer);
      try {
        const patch = { metadata: { resourceVersion, finalizers } };
        await objects.patch(key, "merge-patch", patch, { signal });
        return;
      } catch (error) {
        if (!isConflict(error) || tries >= CONFLICT_RETRIES) throw error;
      }
    }
  }

  /** By a strategic patch, which needs to know nothing else; kinds without one get their owners anew. */
  async #changeOwners(
    reference: ObjectReference,
    ownerReferences: readonly object[],
    signal: AbortSignal,
    change: (owners: readonly OwnerReference[]) => readonly OwnerReference[],
  ): Promise<void> {
    const { objects, key } = this.#locate(reference);
    const { uid } = reference;
    try {
      const patch = { metadata: { uid, ownerReferences } };
      await objects.patch(key, "strategic-merge-patch", patch, { signal });
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 415) throw error;
      const { metadata } = await objects.get(key, { signal });
      const { resourceVersion, ownerReferences: present = [] } = metadata;
      const patch = { metadata: { uid, resourceVersion, ownerReferences: change(present) } };
      await objects.patch(key, "merge-patch", patch, { signal });
    }
  }

  #locate(reference: ObjectReference): { objects: ResourceClient<ApiObject>; key: ObjectKey } {
    const { type } = this.servedKind(reference);
    const { name, namespace } = reference;
    if (type.namespaced && namespace === "") throw new UnresolvableOwnerError(reference);
    return {
      objects: this.#client.metadata(type),
      key: { name, namespace: type.namespaced ? namespace : "" },
    };
  }
}

async function getMetadata(
  objects: ResourceClient<ApiObject>,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<ObjectMeta | undefined> {
  try {
    return (await objects.get(key, { signal })).metadata;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

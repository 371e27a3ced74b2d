import type { PersistentVolumeClaim, Pod, StatefulSet } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isAlreadyExists, isNotFound } from "../../client/errors.ts";
import { type EventSink, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, PERSISTENT_VOLUME_CLAIMS, PODS, printKey } from "../../client/resource-type.ts";
import type { Lister } from "../../informer/lister.ts";
import { joinErrors } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { isOthersBusiness, isStale, withOwners } from "./claim-owners.ts";
import {
  claimsOf,
  hasIdentity,
  hasStorage,
  STATEFUL_SET,
  withIdentity,
  withStorage,
} from "./stateful-pods.ts";

export interface StatefulPodControlOptions {
  readonly client: Client;
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly events: EventSink;
  readonly expectations: Expectations;
}

/**
 * Creates, deletes and puts right the pods of StatefulSets with their claims.
 * @see kubernetes pkg/controller/statefulset/stateful_pod_control.go
 */
export class StatefulPodControl {
  readonly pods: ResourceClient<Pod>;
  readonly #claims: ResourceClient<PersistentVolumeClaim>;
  readonly #options: StatefulPodControlOptions;

  constructor(options: StatefulPodControlOptions) {
    this.#options = options;
    this.pods = options.client.resource(PODS);
    this.#claims = options.client.resource(PERSISTENT_VOLUME_CLAIMS);
  }

  /** Claims first. @returns whether the pod could be made: not before an older one's claims are gone */
  async create(set: Readonly<StatefulSet>, pod: Pod, signal: AbortSignal): Promise<boolean> {
    if (this.#claimsFor(set, pod).some((claim) => isStale(claim, set, pod))) return false;
    const owner = printKey(keyOf(set));
    this.#options.expectations.raise(owner, 1, []);
    try {
      await this.createClaims(set, pod, signal);
      const made = await this.pods.create(pod, { signal });
      await this.ownClaims(set, made, signal);
    } catch (error) {
      this.#options.expectations.creationObserved(owner);
      // What is there already, nobody has to be told.
      if (!isAlreadyExists(error)) this.#tell("Create", set, pod, error);
      throw error;
    }
    this.#tell("Create", set, pod, undefined);
    return true;
  }

  async delete(set: Readonly<StatefulSet>, pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    const owner = printKey(keyOf(set));
    const key = printKey(keyOf(pod));
    this.#options.expectations.raise(owner, 0, [key]);
    try {
      const preconditions = { uid: pod.metadata.uid ?? "" };
      await this.pods.delete(keyOf(pod), { preconditions, signal });
    } catch (error) {
      this.#options.expectations.deletionObserved(owner, key);
      if (!isNotFound(error)) {
        this.#tell("Delete", set, pod, error);
        throw error;
      }
    }
    this.#tell("Delete", set, pod, undefined);
  }

  /** Labels, volumes and the owners of claims as the set has them. */
  async putRight(
    set: Readonly<StatefulSet>,
    pod: Readonly<Pod>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.ownClaims(set, pod, signal);
    const isRight = hasIdentity(set, pod) && hasStorage(set, pod);
    if (isRight) return;
    try {
      if (!hasStorage(set, pod)) await this.createClaims(set, pod, signal);
      await this.pods.update(withStorage(set, withIdentity(pod)), { signal });
    } catch (error) {
      this.#tell("Update", set, pod, error);
      throw error;
    }
    this.#tell("Update", set, pod, undefined);
  }

  /** @throws AggregateError of those that could not be made */
  async createClaims(
    set: Readonly<StatefulSet>,
    pod: Readonly<Pod>,
    signal: AbortSignal,
  ): Promise<void> {
    const errors: unknown[] = [];
    for (const claim of claimsOf(set, pod)) {
      const { namespace = "", name = "" } = claim.metadata;
      const known = this.#options.claims.get(namespace, name);
      if (known?.metadata.deletionTimestamp !== undefined) {
        errors.push(new Error(`pvc ${name} is being deleted`));
      }
      if (known !== undefined) continue;
      try {
        await this.#claims.create(claim, { signal });
        this.#tellOfClaim(set, pod, name, undefined);
      } catch (error) {
        errors.push(new Error(`failed to create PVC ${name}: ${textOf(error)}`, { cause: error }));
        if (!isAlreadyExists(error)) this.#tellOfClaim(set, pod, name, error);
      }
    }
    if (errors.length > 0) throw joinErrors(errors);
  }

  /** Gives claims the owners with whom they are to go. */
  async ownClaims(
    set: Readonly<StatefulSet>,
    pod: Readonly<Pod>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const claim of this.#claimsFor(set, pod)) {
      const { name = "" } = claim.metadata;
      if (isOthersBusiness(claim, set, pod)) {
        const what = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        this.#record(set, "Warning", "ConflictingController", what);
      }
      const wanted = withOwners(claim, set, pod);
      if (wanted !== undefined) await this.#claims.update(wanted, { signal });
    }
  }

  #claimsFor(
    set: Readonly<StatefulSet>,
    pod: Readonly<Pod>,
  ): readonly Readonly<PersistentVolumeClaim>[] {
    return claimsOf(set, pod)
      .map(({ metadata: { namespace = "", name = "" } }) =>
        this.#options.claims.get(namespace, name),
      )
      .filter((claim) => claim !== undefined);
  }

  #tell(
    verb: "Create" | "Update" | "Delete",
    set: Readonly<StatefulSet>,
    { metadata }: Readonly<Pod>,
    error: unknown,
  ): void {
    const what = `${verb} Pod ${metadata.name} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) {
      this.#record(set, "Normal", `Successful${verb}`, `${what} successful`);
    } else {
      this.#record(set, "Warning", `Failed${verb}`, `${what} failed error: ${textOf(error)}`);
    }
  }

  #tellOfClaim(
    set: Readonly<StatefulSet>,
    { metadata }: Readonly<Pod>,
    claim: string,
    error: unknown,
  ): void {
    const where = `Pod ${metadata.name} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) {
      const what = `Create Claim ${claim} ${where} success`;
      this.#record(set, "Normal", "SuccessfulCreate", what);
    } else {
      const what = `Create Claim ${claim} for ${where} failed error: ${textOf(error)}`;
      this.#record(set, "Warning", "FailedCreate", what);
    }
  }

  #record(
    set: Readonly<StatefulSet>,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void {
    this.#options.events.record(referenceTo(STATEFUL_SET, set), type, reason, message);
  }
}

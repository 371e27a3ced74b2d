import type { ReplicaSet, ReplicationController } from "../../api/types.ts";
import type { Client, RequestOptions, ResourceClient } from "../../client/client.ts";
import {
  type ApiObject,
  type ObjectKey,
  REPLICA_SETS,
  REPLICATION_CONTROLLERS,
  type ResourceType,
} from "../../client/resource-type.ts";
import type { OwnerKind } from "../controller-ref.ts";

/** A kind that keeps a number of pods running, in the shape of a ReplicaSet. */
export interface ReplicaKind<T extends ApiObject> {
  readonly kind: OwnerKind;
  readonly resource: ResourceType<T>;
  /** In the log, and in events. */
  readonly controllerName: string;
  readonly component: string;
  readonly read: (object: T) => ReplicaSet;
  readonly write: (object: ReplicaSet) => T;
  /** Whether the status says how many pods are going. */
  readonly countsTerminating: boolean;
}

export const REPLICA_SET_KIND: ReplicaKind<ReplicaSet> = {
  kind: { apiVersion: "apps/v1", kind: "ReplicaSet" },
  resource: REPLICA_SETS,
  controllerName: "replicaset-controller",
  component: "replicaset-controller",
  read: (object) => object,
  write: (object) => object,
  countsTerminating: true,
};

/** @see kubernetes pkg/controller/replication/conversion.go */
export const REPLICATION_CONTROLLER_KIND: ReplicaKind<ReplicationController> = {
  kind: { apiVersion: "v1", kind: "ReplicationController" },
  resource: REPLICATION_CONTROLLERS,
  controllerName: "replicationcontroller-controller",
  component: "replication-controller",
  read: asReplicaSet,
  write: asReplicationController,
  countsTerminating: false,
};

/** A ReplicationController selects by labels alone. */
export function asReplicaSet({ spec, ...object }: ReplicationController): ReplicaSet {
  if (spec === undefined) return object;
  const { selector, ...rest } = spec;
  const matchLabels = selector === undefined ? {} : { matchLabels: selector };
  return { ...object, spec: { ...rest, selector: matchLabels } };
}

function asReplicationController({ spec, ...object }: ReplicaSet): ReplicationController {
  if (spec === undefined) return object;
  const { selector, ...rest } = spec;
  const { matchLabels } = selector;
  return {
    ...object,
    spec: { ...rest, ...(matchLabels === undefined ? {} : { selector: matchLabels }) },
  };
}

/** Reads owners, and writes their status. */
export class ReplicaOwners<T extends ApiObject> {
  readonly #client: ResourceClient<T>;
  readonly #kind: ReplicaKind<T>;

  constructor(client: Client, kind: ReplicaKind<T>) {
    this.#client = client.resource(kind.resource);
    this.#kind = kind;
  }

  async get(key: ObjectKey, options: RequestOptions = {}): Promise<ReplicaSet> {
    return this.#kind.read(await this.#client.get(key, options));
  }

  async updateStatus(set: ReplicaSet, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#client.update(this.#kind.write(set), { subresource: "status", signal });
  }
}

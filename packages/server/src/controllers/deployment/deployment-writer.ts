import type { Deployment, ReplicaSet } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import { DEPLOYMENTS, keyOf, REPLICA_SETS } from "../../client/resource-type.ts";
import { DEPLOYMENT_KIND } from "./deployment-kind.ts";
import { replicasOf } from "./replica-counts.ts";
import { DESIRED_REPLICAS, MAX_REPLICAS, withReplicasAnnotations } from "./revisions.ts";
import type { Resize } from "./scaling.ts";

/** What is written about one deployment while it is reconciled, with the events that tell of it. */
export class DeploymentWriter {
  readonly deployments: ResourceClient<Deployment>;
  readonly replicaSets: ResourceClient<ReplicaSet>;
  readonly #events: EventSink;

  constructor(client: Client, events: EventSink) {
    this.deployments = client.resource(DEPLOYMENTS);
    this.replicaSets = client.resource(REPLICA_SETS);
    this.#events = events;
  }

  tell(about: Readonly<Deployment>, type: EventType, reason: string, message: string): void {
    this.#events.record(referenceTo(DEPLOYMENT_KIND, about), type, reason, message);
  }

  /** Status and annotations. @returns the deployment as it is now */
  async updateStatus(deployment: Deployment, signal: AbortSignal): Promise<Deployment> {
    return await this.deployments.update(deployment, { subresource: "status", signal });
  }

  /**
   * Gives sets other sizes, one after the other, and notes on each what size was wanted in all.
   * @param force - Notes it on sets whose size stays what it is, too.
   * @returns whether any size has changed
   */
  async resize(
    steps: readonly Resize[],
    deployment: Readonly<Deployment>,
    { force = false, signal }: { readonly force?: boolean; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const written = new Map<Readonly<ReplicaSet>, Readonly<ReplicaSet>>();
    let resized = false;
    for (const { set, replicas } of steps) {
      const current = written.get(set) ?? set;
      const before = replicasOf(current);
      if (before === replicas && !(force && needsAnnotations(current, deployment))) continue;
      const { metadata, spec } = current;
      const annotations = withReplicasAnnotations(metadata.annotations, deployment);
      const wanted = {
        ...current,
        metadata: { ...metadata, annotations },
        ...(spec === undefined ? {} : { spec: { ...spec, replicas } }),
      };
      written.set(set, await this.replicaSets.update(wanted, { signal }));
      if (before === replicas) continue;
      resized = true;
      const direction = before < replicas ? "up" : "down";
      const what = `Scaled ${direction} replica set ${metadata.name} from ${before} to ${replicas}`;
      this.tell(deployment, "Normal", "ScalingReplicaSet", what);
    }
    return resized;
  }

  async deleteSet(set: Readonly<ReplicaSet>, signal: AbortSignal): Promise<void> {
    await this.replicaSets.delete(keyOf(set), { signal });
  }
}

function needsAnnotations(
  { metadata: { annotations } }: Readonly<ReplicaSet>,
  deployment: Readonly<Deployment>,
): boolean {
  const wanted = withReplicasAnnotations(annotations, deployment);
  return [DESIRED_REPLICAS, MAX_REPLICAS].some((name) => annotations?.[name] !== wanted[name]);
}

import type { Pod } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { type EventSink, referenceTo } from "../../client/event-recorder.ts";
import { type ApiObject, type ObjectKey, PODS } from "../../client/resource-type.ts";
import type { OwnerKind } from "../controller-ref.ts";

export interface PodControlOptions {
  readonly client: Client;
  readonly events: EventSink;
  /** Of those that own the pods. */
  readonly kind: OwnerKind;
}

/**
 * Creates and deletes pods for their owners, and says so in events about the owner.
 * @see kubernetes pkg/controller/controller_utils.go (RealPodControl)
 */
export class PodControl {
  readonly pods: ResourceClient<Pod>;
  readonly #events: EventSink;
  readonly #kind: OwnerKind;

  constructor({ client, events, kind }: PodControlOptions) {
    this.pods = client.resource(PODS);
    this.#events = events;
    this.#kind = kind;
  }

  /** @throws StatusError when the server does not take it; Error when the pod has no labels */
  async create(pod: Pod, owner: Readonly<ApiObject>, signal: AbortSignal): Promise<Pod> {
    if (Object.keys(pod.metadata.labels ?? {}).length === 0) {
      throw new Error("unable to create pods, no labels");
    }
    const about = referenceTo(this.#kind, owner);
    try {
      const made = await this.pods.create(pod, { signal });
      const message = `Created pod: ${made.metadata.name}`;
      this.#events.record(about, "Normal", "SuccessfulCreate", message);
      return made;
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.#events.record(about, "Warning", "FailedCreate", `Error creating: ${textOf(error)}`);
      }
      throw error;
    }
  }

  /** @throws StatusError 404 when it is gone already; Error for everything else */
  async delete(key: ObjectKey, owner: Readonly<ApiObject>, signal: AbortSignal): Promise<void> {
    const about = referenceTo(this.#kind, owner);
    try {
      await this.pods.delete(key, { signal });
    } catch (error) {
      if (isNotFound(error)) throw error;
      this.#events.record(about, "Warning", "FailedDelete", `Error deleting: ${textOf(error)}`);
      throw new Error(`unable to delete pods: ${textOf(error)}`, { cause: error });
    }
    this.#events.record(about, "Normal", "SuccessfulDelete", `Deleted pod: ${key.name}`);
  }
}

/** What an error says, without its class. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

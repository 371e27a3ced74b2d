import type { Pod, Service } from "../../api/types.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import { instantOf, podCondition } from "../pod-state.ts";

/** Says since when what was written should have been like that; absent when nobody knows. */
export const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

interface Seen {
  readonly service: number;
  readonly pods: ReadonlyMap<string, number>;
}

/**
 * Remembers of services what was last seen of them and their pods, to tell the first of the changes
 * since. What changes twice in between is dated by its last change.
 * @see kubernetes staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
 */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** When the first of the changes happened; undefined when there was none that has a time. */
  changedAt(service: Readonly<Service>, pods: readonly Readonly<Pod>[]): number | undefined {
    const key = printKey(keyOf(service));
    const before = this.#seen.get(key);
    const created = instantOf(service.metadata.creationTimestamp) ?? 0;
    const times = new Map<string, number>();
    const changes: number[] = [];
    for (const pod of pods) {
      const at = instantOf(podCondition(pod, "Ready")?.lastTransitionTime ?? undefined);
      if (at === undefined) continue;
      const { name = "" } = pod.metadata;
      times.set(name, at);
      if (at > (before?.pods.get(name) ?? Number.NEGATIVE_INFINITY)) changes.push(at);
    }
    this.#seen.set(key, { service: created, pods: times });
    if (before === undefined) return created;
    if (created > before.service) changes.push(created);
    return changes.length === 0 ? undefined : Math.min(...changes);
  }

  forget(service: ObjectKey): void {
    this.#seen.delete(printKey(service));
  }
}

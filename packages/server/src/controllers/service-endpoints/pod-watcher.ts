import type { Pod, Service } from "../../api/types.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { InformerHandler } from "../../informer/informer.ts";
import type { Lister } from "../../informer/lister.ts";
import { podChange, selects } from "./service-pods.ts";

/** Wakes the services of pods that come, go, or change in a way that matters. */
export class ServicePodWatcher implements InformerHandler<Pod> {
  readonly #services: Lister<Service>;
  readonly #wake: (service: ObjectKey) => void;

  constructor(services: Lister<Service>, wake: (service: ObjectKey) => void) {
    this.#services = services;
    this.#wake = wake;
  }

  added(pod: Readonly<Pod>): void {
    for (const key of this.#servicesOf(pod).values()) this.#wake(key);
  }

  deleted(pod: Readonly<Pod>): void {
    this.added(pod);
  }

  updated(pod: Readonly<Pod>, before: Readonly<Pod>): void {
    const { membership, reachability } = podChange(before, pod);
    if (!membership) {
      if (reachability) this.added(pod);
      return;
    }
    const old = this.#servicesOf(before);
    const now = this.#servicesOf(pod);
    for (const [name, key] of [...old, ...now]) {
      // Those that have it before and after care for the pod, not for its labels.
      if (reachability || !(old.has(name) && now.has(name))) this.#wake(key);
    }
  }

  #servicesOf({ metadata }: Readonly<Pod>): ReadonlyMap<string, ObjectKey> {
    const found = new Map<string, ObjectKey>();
    for (const service of this.#services.list(metadata.namespace ?? "")) {
      if (!selects(service, metadata.labels)) continue;
      const key = keyOf(service);
      found.set(printKey(key), key);
    }
    return found;
  }
}

import type { Endpoint } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";

/** The same pod at the same addresses is the same endpoint, whatever its state. */
export function endpointKey({ addresses, hostname, targetRef }: Endpoint): string {
  const { namespace, name } = targetRef ?? {};
  return JSON.stringify([[...addresses].sort(), hostname ?? "", namespace ?? "", name ?? ""]);
}

/** Endpoints by what they are, in the order in which they were added. */
export class EndpointSet {
  readonly #byKey = new Map<string, Endpoint>();

  get size(): number {
    return this.#byKey.size;
  }

  add(endpoint: Endpoint): void {
    this.#byKey.set(endpointKey(endpoint), endpoint);
  }

  /** The endpoint that is the same, taken out; undefined when there is none. */
  take(endpoint: Endpoint): Endpoint | undefined {
    const key = endpointKey(endpoint);
    const found = this.#byKey.get(key);
    this.#byKey.delete(key);
    return found;
  }

  /** The first ones, taken out. */
  takeSome(count: number): Endpoint[] {
    const taken = [...this.#byKey].slice(0, Math.max(0, count));
    for (const [key] of taken) this.#byKey.delete(key);
    return taken.map(([, endpoint]) => endpoint);
  }
}

/** Whether two that are the same endpoint are in the same state; hints do not count. */
export function isSameState(left: Endpoint, right: Endpoint): boolean {
  const state = ({ nodeName, zone, conditions, targetRef }: Endpoint) => {
    const { resourceVersion: _version, ...reference } = targetRef ?? {};
    return { nodeName, zone, conditions, reference };
  };
  return semanticEqual(state(left), state(right));
}

import type { Node, Pod } from "../../api/types.ts";
import { controllerOf } from "../controller-ref.ts";
import { type Amounts, type Capacity, capacityOf, requestedAmounts } from "./amounts.ts";
import { type HostPort, hostPortsOf } from "./host-ports.ts";
import { specInForce } from "./requests-in-force.ts";

/** What a pod takes of its node. */
export interface PlacedPod {
  readonly uid: string;
  readonly amounts: Amounts;
  readonly ports: readonly HostPort[];
  /** Empty for a pod that nobody controls. */
  readonly controllerUid: string;
}

export function placedPod(pod: Readonly<Pod>): PlacedPod {
  const spec = pod.spec ?? { containers: [] };
  return {
    uid: pod.metadata.uid ?? "",
    amounts: requestedAmounts(specInForce(pod)),
    ports: hostPortsOf(spec),
    controllerUid: controllerOf(pod)?.uid ?? "",
  };
}

/** A node with the sums of what its pods take. Pods may come before their node, and outlive it. */
export class NodeInfo {
  readonly name: string;
  #node: Readonly<Node> | undefined;
  #capacity: Capacity = { amounts: new Map(), pods: 0 };
  readonly #pods = new Map<string, PlacedPod>();
  readonly #requested = new Map<string, bigint>();
  readonly #withPorts = new Set<PlacedPod>();
  readonly #byController = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Undefined while only its pods are known. */
  get node(): Readonly<Node> | undefined {
    return this.#node;
  }

  set node(node: Readonly<Node> | undefined) {
    this.#node = node;
    this.#capacity = capacityOf(node?.status?.allocatable);
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  get podCount(): number {
    return this.#pods.size;
  }

  get podsWithPorts(): Iterable<PlacedPod> {
    return this.#withPorts;
  }

  requested(resource: string): bigint {
    return this.#requested.get(resource) ?? 0n;
  }

  /** How many pods of one controller it has. */
  countOf(controllerUid: string): number {
    return this.#byController.get(controllerUid) ?? 0;
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  /** Adds or replaces. */
  put(pod: PlacedPod): void {
    this.delete(pod.uid);
    this.#pods.set(pod.uid, pod);
    this.#count(pod, 1);
    if (pod.ports.length > 0) this.#withPorts.add(pod);
  }

  delete(uid: string): void {
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    this.#pods.delete(uid);
    this.#withPorts.delete(pod);
    this.#count(pod, -1);
  }

  #count(pod: PlacedPod, sign: 1 | -1): void {
    for (const [resource, amount] of pod.amounts) {
      this.#requested.set(resource, this.requested(resource) + BigInt(sign) * amount);
    }
    if (pod.controllerUid === "") return;
    const count = this.countOf(pod.controllerUid) + sign;
    if (count === 0) this.#byController.delete(pod.controllerUid);
    else this.#byController.set(pod.controllerUid, count);
  }
}

import type { Lease, Node } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isConflict, isNotFound } from "../../client/errors.ts";
import { LEASES } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { type Clock, formatMicroTime } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import type { Runnable } from "../../runtime/task-group.ts";

export interface NodeLeaseOptions {
  readonly client: Client;
  readonly nodeName: string;
  /** Of the agent's own node: the lease goes with it. */
  readonly node: Informer<Node>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const NAMESPACE = "kube-node-lease";
/** @see kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go (NodeLeaseDurationSeconds) */
const DURATION_SECONDS = 40;
/** A quarter of it. @see kubernetes pkg/kubelet/kubelet.go (nodeLeaseRenewIntervalFraction) */
const RENEW_MS = 10_000;
const JITTER = 0.04;
const TRIES = 5;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 7_000;

/**
 * The lease as it is written: renewed, and owned by its node as soon as there is one.
 * @param base - as it is stored; undefined for a new one
 * @param now - milliseconds since 1970
 */
export function renewedLease(
  base: Readonly<Lease> | undefined,
  nodeName: string,
  node: Readonly<Node> | undefined,
  now: number,
): Lease {
  const metadata = base?.metadata ?? { namespace: NAMESPACE, name: nodeName };
  const owner = { apiVersion: "v1", kind: "Node", name: nodeName, uid: node?.metadata.uid ?? "" };
  const isOwned = (metadata.ownerReferences ?? []).length > 0 || node === undefined;
  return {
    ...base,
    metadata: isOwned ? metadata : { ...metadata, ownerReferences: [owner] },
    spec: {
      holderIdentity: nodeName,
      ...base?.spec,
      leaseDurationSeconds: DURATION_SECONDS,
      renewTime: formatMicroTime(now),
    },
  };
}

/**
 * Renews the node's lease: the sign of life that costs least.
 * @see kubernetes staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go
 */
export class NodeLease implements Runnable {
  readonly #options: NodeLeaseOptions;
  readonly #leases: ResourceClient<Lease>;
  /** As it was last written, so that nobody has to be asked for it. */
  #latest: Lease | undefined;

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
    this.#leases = options.client.resource(LEASES);
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      await this.#renew(signal);
      await clock.sleep(Math.round(RENEW_MS * (1 + JITTER * random.fraction())), signal);
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    let failure: unknown;
    for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt++) {
      const { latest, created } = await this.#ensure(signal);
      if (created || latest === undefined) return;
      try {
        this.#latest = await this.#leases.update(this.#next(latest), { signal });
        return;
      } catch (error) {
        if (signal.aborted) return;
        // Another agent of this name may hold it, too, or somebody has deleted it.
        if (isConflict(error) || isNotFound(error)) this.#latest = undefined;
        logger.debug({ error, attempt }, "the node's lease was not renewed; trying again");
        failure = error;
      }
    }
    if (!signal.aborted) logger.warn({ error: failure }, "the node's lease was not renewed");
  }

  /** The lease as far as is known; made where there is none. */
  async #ensure(
    signal: AbortSignal,
  ): Promise<{ readonly latest: Lease | undefined; readonly created: boolean }> {
    const { clock, logger } = this.#options;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#latest === undefined && !signal.aborted) {
      try {
        const found = await this.#find(signal);
        // A lease without an owner would stay when the node goes.
        if (found !== undefined || this.#node() !== undefined) {
          this.#latest = found ?? (await this.#leases.create(this.#next(undefined), { signal }));
          return { latest: this.#latest, created: found === undefined };
        }
      } catch (error) {
        if (signal.aborted) break;
        logger.warn({ error }, "the node has no lease yet");
      }
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    return { latest: this.#latest, created: false };
  }

  async #find(signal: AbortSignal): Promise<Lease | undefined> {
    const key = { namespace: NAMESPACE, name: this.#options.nodeName };
    try {
      return await this.#leases.get(key, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #next(base: Readonly<Lease> | undefined): Lease {
    const { nodeName, clock } = this.#options;
    return renewedLease(base, nodeName, this.#node(), clock.now());
  }

  #node(): Readonly<Node> | undefined {
    const { nodeName, node } = this.#options;
    return node.lister.get("", nodeName);
  }
}

import type { PersistentVolumeClaim, Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { PERSISTENT_VOLUME_CLAIMS, PODS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { isPodTerminal } from "../pod-state.ts";
import { DONE, type Reconciler } from "../reconciler.ts";
import { claimNamesOf } from "../volume-claims-of-pods.ts";
import { ClaimUsers } from "./claim-users.ts";
import {
  CLAIM_PROTECTION,
  isDeletionCandidate,
  lacksFinalizer,
  withFinalizer,
  withoutFinalizer,
} from "./protection.ts";

export interface ClaimProtectionOptions {
  readonly client: Client;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @see kubernetes cmd/kube-controller-manager/app/core.go (startPersistentVolumeClaimProtectionController) */
const WORKERS = 1;

/**
 * Lets claims go that are deleted when no pod uses them. Keys are namespaces: the claims of one are
 * looked at together, with one list of its pods.
 * @see kubernetes pkg/controller/volume/pvcprotection
 */
export function createClaimProtection(options: ClaimProtectionOptions): Controller<string> {
  const { claims, pods } = options;
  const reconciler = new ClaimReconciler(options);
  const controller = new Controller<string>({
    ...options,
    name: "persistentvolumeclaim-protection-controller",
    identify: (namespace) => namespace,
    informers: [claims, pods],
    reconciler,
    workers: WORKERS,
  });
  const look = (claim: Readonly<PersistentVolumeClaim>): void => {
    if (reconciler.observe(claim)) controller.queue.add(claim.metadata.namespace ?? "");
  };
  claims.addHandler({
    added: look,
    updated: look,
    deleted: (claim) => reconciler.forget(claim),
  });
  const freed = (pod: Readonly<Pod>): void => {
    const { namespace = "" } = pod.metadata;
    if (claimNamesOf(pod).some((name) => reconciler.waits(namespace, name))) {
      controller.queue.add(namespace);
    }
  };
  pods.addHandler({
    updated: (pod) => {
      if (isPodTerminal(pod) || (pod.spec?.nodeName ?? "") === "") freed(pod);
    },
    deleted: (_pod, before) => freed(before),
  });
  return controller;
}

class ClaimReconciler implements Reconciler<string> {
  readonly #options: ClaimProtectionOptions;
  /** Names of the claims about which something has to be done, by namespace. */
  readonly #waiting = new Map<string, Set<string>>();

  constructor(options: ClaimProtectionOptions) {
    this.#options = options;
  }

  /** Whether something has to be done about the claim. */
  observe(claim: Readonly<PersistentVolumeClaim>): boolean {
    const isDue =
      isDeletionCandidate(claim, CLAIM_PROTECTION) || lacksFinalizer(claim, CLAIM_PROTECTION);
    if (!isDue) {
      this.forget(claim);
      return false;
    }
    const { namespace = "", name = "" } = claim.metadata;
    const names = this.#waiting.get(namespace) ?? new Set();
    this.#waiting.set(namespace, names.add(name));
    return true;
  }

  forget({ metadata: { namespace = "", name = "" } }: Readonly<PersistentVolumeClaim>): void {
    const names = this.#waiting.get(namespace);
    names?.delete(name);
    if (names?.size === 0) this.#waiting.delete(namespace);
  }

  waits(namespace: string, name: string): boolean {
    return this.#waiting.get(namespace)?.has(name) === true;
  }

  async reconcile(namespace: string, { signal }: { readonly signal: AbortSignal }) {
    const { claims, pods } = this.#options;
    const known = new ClaimUsers(pods.lister.list(namespace));
    let live: Promise<ClaimUsers> | undefined;
    // A pod may be there of which the informer has not heard yet.
    const isUsed = async (claim: Readonly<PersistentVolumeClaim>): Promise<boolean> => {
      if (known.use(claim)) return true;
      live ??= this.#listPods(namespace, signal);
      return (await live).use(claim);
    };
    const errors: unknown[] = [];
    for (const name of [...(this.#waiting.get(namespace) ?? [])]) {
      const claim = claims.lister.get(namespace, name);
      try {
        if (claim !== undefined) await this.#settle(claim, isUsed, signal);
      } catch (error) {
        if (!isNotFound(error)) errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return DONE;
  }

  async #settle(
    claim: Readonly<PersistentVolumeClaim>,
    isUsed: (claim: Readonly<PersistentVolumeClaim>) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    const claimClient = this.#options.client.resource(PERSISTENT_VOLUME_CLAIMS);
    if (lacksFinalizer(claim, CLAIM_PROTECTION)) {
      await claimClient.update(withFinalizer(claim, CLAIM_PROTECTION), { signal });
    } else if (isDeletionCandidate(claim, CLAIM_PROTECTION) && !(await isUsed(claim))) {
      await claimClient.update(withoutFinalizer(claim, CLAIM_PROTECTION), { signal });
    }
  }

  async #listPods(namespace: string, signal: AbortSignal): Promise<ClaimUsers> {
    const { items } = await this.#options.client.resource(PODS).list({ namespace, signal });
    return new ClaimUsers(items);
  }
}

import type { Namespace } from "../api/types.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import { isConflict, isNotFound } from "../client/errors.ts";
import { NAMESPACES } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import { type Clock, formatTime } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { Controller } from "./controller.ts";
import { type Findings, updateConditions } from "./namespace-conditions.ts";
import {
  type ContentOptions,
  type DeletableResource,
  deleteContent,
  discoverContent,
  isPods,
  RemainingError,
} from "./namespace-content.ts";
import type { ObservedNamespace } from "./observed.ts";
import { DONE, type Reconciler, type Result } from "./reconciler.ts";

export interface NamespaceControllerOptions {
  readonly client: Client;
  readonly namespaces: Informer<ObservedNamespace>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between the deletion and the removal of the contents. */
  readonly delayMs?: number;
}

const FINALIZER = "kubernetes";
/**
 * Requests that were let in before the deletion finish within it. Upstream, whose replicas learn of
 * it one after another, waits five seconds.
 */
const DELAY_MS = 2_000;
/** @see kubernetes cmd/kube-controller-manager (concurrent-namespace-syncs) */
const WORKERS = 10;
/** @see kubernetes pkg/controller/namespace (nsControllerRateLimiter) */
const MAX_BACKOFF_MS = 60_000;

/**
 * Empties namespaces that are being deleted, pods first, and lets them go when nothing is left. Keys
 * are names of namespaces.
 * @see kubernetes pkg/controller/namespace · KEP-5080 (ordered deletion)
 */
export function createNamespaceController(options: NamespaceControllerOptions): Controller<string> {
  const { namespaces, clock, logger, delayMs = DELAY_MS } = options;
  const controller = new Controller<string>({
    name: "namespace-controller",
    clock,
    logger,
    identify: (name) => name,
    informers: [namespaces],
    reconciler: new NamespaceReconciler(options),
    workers: WORKERS,
    maxBackoffMs: MAX_BACKOFF_MS,
  });
  const add = ({ metadata }: Readonly<ObservedNamespace>): void => {
    if (metadata.deletionTimestamp === undefined) return;
    controller.queue.addAfter(metadata.name ?? "", delayMs);
  };
  namespaces.addHandler({ added: add, updated: add });
  return controller;
}

class NamespaceReconciler implements Reconciler<string> {
  readonly #client: Client;
  readonly #namespaces: ResourceClient<Namespace>;
  readonly #clock: Clock;

  constructor({ client, clock }: NamespaceControllerOptions) {
    this.#client = client;
    this.#namespaces = client.resource(NAMESPACES);
    this.#clock = clock;
  }

  async reconcile(name: string, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    try {
      return await this.#terminate(name, signal);
    } catch (error) {
      // Gone in the middle of it: somebody else has finished the work.
      if (isNotFound(error)) return DONE;
      throw error;
    }
  }

  async #terminate(name: string, signal: AbortSignal): Promise<Result> {
    const live = await this.#namespaces.get({ namespace: "", name }, { signal });
    if (live.metadata.deletionTimestamp === undefined) return DONE;
    const namespace = await this.#retryOnConflict(live, signal, (each) => this.#mark(each, signal));
    if ((namespace.spec?.finalizers ?? []).length === 0) return DONE;
    const attempt = await this.#empty(namespace, signal);
    await this.#report(namespace, attempt.findings(), signal);
    const { errors } = attempt;
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `namespace ${name} is not empty`);
    if (attempt.isLeft) {
      return { requeueAfterMs: waitMs(attempt.estimateSeconds, this.#deletedForMs(namespace)) };
    }
    await this.#retryOnConflict(namespace, signal, (each) => this.#release(each, signal));
    return DONE;
  }

  /** @throws the conflict when a namespace of that name is another one by now */
  async #retryOnConflict(
    namespace: Namespace,
    signal: AbortSignal,
    write: (namespace: Namespace) => Promise<Namespace>,
  ): Promise<Namespace> {
    let current = namespace;
    for (;;) {
      try {
        return await write(current);
      } catch (error) {
        if (!isConflict(error)) throw error;
        const name = namespace.metadata.name ?? "";
        current = await this.#namespaces.get({ namespace: "", name }, { signal });
        if (current.metadata.uid !== namespace.metadata.uid) throw error;
      }
    }
  }

  async #mark(namespace: Namespace, signal: AbortSignal): Promise<Namespace> {
    if (namespace.status?.phase === "Terminating") return namespace;
    const status = { ...namespace.status, phase: "Terminating" as const };
    return await this.#namespaces.update(
      { ...namespace, status },
      { subresource: "status", signal },
    );
  }

  async #empty(namespace: Namespace, signal: AbortSignal): Promise<Attempt> {
    const options: ContentOptions = {
      namespace: namespace.metadata.name ?? "",
      deletedForSeconds: this.#deletedForMs(namespace) / 1000,
      signal,
    };
    const { resources, errors } = await discoverContent(this.#client, signal);
    const attempt = new Attempt(this.#client, options, errors);
    for (const pods of resources.filter(isPods)) await attempt.delete(pods);
    // Secrets, config maps and networks go only when no pod can use them any more.
    if (attempt.isLeft) return attempt;
    for (const resource of resources) if (!isPods(resource)) await attempt.delete(resource);
    attempt.isComplete = true;
    return attempt;
  }

  /** Writes the conditions. That they could not be written is no reason to stop. */
  async #report(namespace: Namespace, findings: Findings, signal: AbortSignal): Promise<void> {
    const time = formatTime(this.#clock.now());
    const conditions = updateConditions(namespace.status?.conditions ?? [], findings, time);
    if (conditions === undefined) return;
    try {
      const status = { ...namespace.status, conditions };
      const options = { subresource: "status", signal };
      const { metadata } = await this.#namespaces.update({ ...namespace, status }, options);
      namespace.metadata = metadata;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }

  async #release(namespace: Namespace, signal: AbortSignal): Promise<Namespace> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((each) => each !== FINALIZER);
    return await this.#namespaces.update(
      { ...namespace, spec: { finalizers: finalizers.sort() } },
      { subresource: "finalize", signal },
    );
  }

  #deletedForMs({ metadata }: Namespace): number {
    return this.#clock.now() - Date.parse(metadata.deletionTimestamp ?? "");
  }
}

/** One attempt to empty a namespace: deletes one kind after another and adds up what is left. */
class Attempt {
  readonly #client: Client;
  readonly #options: ContentOptions;
  readonly #discoveryErrors: readonly unknown[];
  readonly #contentErrors: unknown[] = [];
  readonly #remaining = new Map<string, number>();
  readonly #finalizers = new Map<string, number>();
  /** After so many seconds everything may be gone; 0 when nobody knows. */
  estimateSeconds = 0;
  /** Every kind has been looked at. */
  isComplete = false;

  constructor(client: Client, options: ContentOptions, discoveryErrors: readonly unknown[]) {
    this.#client = client;
    this.#options = options;
    this.#discoveryErrors = discoveryErrors;
  }

  get isLeft(): boolean {
    return this.#remaining.size > 0;
  }

  get errors(): readonly unknown[] {
    return [...this.#discoveryErrors, ...this.#contentErrors];
  }

  /** What the conditions say. While pods hold the rest up, they say nothing of what is left. */
  findings(): Findings {
    return {
      discoveryErrors: this.#discoveryErrors,
      contentErrors: this.#contentErrors,
      remaining: this.isComplete ? this.#remaining : new Map(),
      finalizers: this.isComplete ? this.#finalizers : new Map(),
    };
  }

  async delete(resource: DeletableResource): Promise<void> {
    const name = `${resource.resource}.${resource.group}`;
    try {
      const left = await deleteContent(this.#client, resource, this.#options);
      if (left.count === 0) return;
      this.#remaining.set(name, left.count);
      this.estimateSeconds = Math.max(this.estimateSeconds, left.estimateSeconds);
      for (const [finalizer, count] of left.finalizers) {
        this.#finalizers.set(finalizer, (this.#finalizers.get(finalizer) ?? 0) + count);
      }
    } catch (error) {
      this.#options.signal.throwIfAborted();
      this.#contentErrors.push(error);
      if (error instanceof RemainingError) this.#remaining.set(name, error.count);
    }
  }
}

/**
 * When to look again at a namespace that something holds: soon after it was deleted, because most
 * finalizers are quick, then less and less often, down to upstream's pace.
 */
export function waitMs(estimateSeconds: number, deletedForMs: number): number {
  const longest = (Math.floor(estimateSeconds / 2) + 1) * 1000;
  return Math.min(Math.max(deletedForMs / 4, 1_000), longest);
}

import { isNotFound } from "../../client/errors.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import type { DependencyGraph } from "./dependency-graph.ts";
import { FINALIZER_ORPHAN, type GraphNode } from "./graph-node.ts";
import type { ObjectClient } from "./object-client.ts";

export interface OrphanAttemptsOptions {
  readonly graph: DependencyGraph;
  readonly objects: ObjectClient;
}

/** So many dependents are changed at once. */
const WINDOW = 20;

/**
 * Takes an object that is being deleted off all its dependents, and then lets it go. Keys are uids.
 * @see kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToOrphanWorker)
 */
export class OrphanAttempts implements Reconciler<string> {
  readonly #options: OrphanAttemptsOptions;

  constructor(options: OrphanAttemptsOptions) {
    this.#options = options;
  }

  /** @throws AggregateError when dependents could not be changed; the object stays then */
  async reconcile(uid: string, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { graph, objects } = this.#options;
    const node = graph.get(uid);
    if (node === undefined || !node.isOrphaning) return DONE;
    const dependents = [...node.dependents];
    for (let from = 0; from < dependents.length; from += WINDOW) {
      await this.#orphan(dependents.slice(from, from + WINDOW), uid, signal);
    }
    await objects.removeFinalizer(node.identity, FINALIZER_ORPHAN, signal);
    return DONE;
  }

  async #orphan(dependents: readonly GraphNode[], uid: string, signal: AbortSignal): Promise<void> {
    const { objects } = this.#options;
    const outcomes = await Promise.allSettled(
      dependents.map(({ identity }) => objects.dropOwners(identity, [uid], signal)),
    );
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" && !isNotFound(outcome.reason) ? [outcome.reason] : [],
    );
    if (errors.length > 0) throw new AggregateError(errors, `dependents of ${uid} keep it`);
  }
}

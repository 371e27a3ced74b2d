import type { ObjectMeta } from "../../api/types.ts";
import { isNotFound } from "../../client/errors.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { type CollectedKinds, isWatched } from "./collected-kinds.ts";
import { decideDeletion } from "./deletion.ts";
import type { DependencyGraph } from "./dependency-graph.ts";
import { FINALIZER_FOREGROUND, type GraphNode } from "./graph-node.ts";
import { type ObjectClient, UnknownKindError, UnresolvableOwnerError } from "./object-client.ts";
import type { OwnerStates } from "./owner-states.ts";

export interface DeleteAttemptsOptions {
  readonly graph: DependencyGraph;
  readonly objects: ObjectClient;
  readonly owners: OwnerStates;
  readonly kinds: () => CollectedKinds;
  readonly enqueue: (node: GraphNode) => void;
}

const LATER: Result = { requeueLater: true };

/**
 * Looks into one object of the graph: whether it is there at all, whether an owner is left that keeps
 * it, and, when it waits for its dependents, whether they are gone. Keys are uids.
 * @see kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem)
 */
export class DeleteAttempts implements Reconciler<string> {
  readonly #options: DeleteAttemptsOptions;

  constructor(options: DeleteAttemptsOptions) {
    this.#options = options;
  }

  async reconcile(uid: string, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const node = this.#options.graph.get(uid);
    if (node === undefined) return DONE;
    // It is on its way: what depends on it is looked into when it is gone.
    if (node.isBeingDeleted && !node.isDeletingDependents) return DONE;
    try {
      return await this.#attempt(node, signal);
    } catch (error) {
      if (error instanceof UnresolvableOwnerError) return DONE;
      // Its kind may be served one day.
      if (error instanceof UnknownKindError) return LATER;
      throw error;
    }
  }

  async #attempt(node: GraphNode, signal: AbortSignal): Promise<Result> {
    const { graph, objects } = this.#options;
    const { identity } = node;
    const latest = await objects.get(identity, signal);
    if (latest === undefined || latest.uid !== identity.uid) {
      await this.#absent(node, signal);
      return DONE;
    }
    if (node.isVirtual) {
      const kind = objects.servedKind(identity);
      // Of kinds that nobody watches only asking again tells that an object has gone.
      if (!isWatched(this.#options.kinds(), kind)) return LATER;
      const watched = this.#options.kinds().watched.get(`${kind.type.group}/${kind.type.resource}`);
      graph.observe(watched ?? kind, latest);
    }
    if (node.isDeletingDependents) {
      await this.#waitForDependents(node, signal);
      return DONE;
    }
    return await this.#collect(node, latest, signal);
  }

  /** An owner that is not where a dependent says may be in another namespace: somebody should know. */
  async #absent(node: GraphNode, signal: AbortSignal): Promise<void> {
    const { graph, objects } = this.#options;
    const { identity } = node;
    const elsewhere = node.isVirtual ? await objects.findAnywhere(identity, signal) : undefined;
    if (elsewhere === undefined) graph.confirmAbsent(identity);
    else graph.observe(identity, elsewhere);
  }

  async #waitForDependents(node: GraphNode, signal: AbortSignal): Promise<void> {
    const blocking = node.blockingDependents();
    if (blocking.length === 0) {
      await this.#options.objects.removeFinalizer(node.identity, FINALIZER_FOREGROUND, signal);
    }
    for (const dependent of blocking) {
      if (!dependent.isDeletingDependents) this.#options.enqueue(dependent);
    }
  }

  async #collect(node: GraphNode, latest: ObjectMeta, signal: AbortSignal): Promise<Result> {
    const { graph, objects } = this.#options;
    const { identity, dependents } = node;
    const { ownerReferences = [] } = latest;
    if (ownerReferences.length === 0) return DONE;
    const owners = await this.#options.owners.of(ownerReferences, identity.namespace, signal);
    const deletion = decideDeletion({ latest, owners, dependents });
    switch (deletion.action) {
      case "keep":
        return DONE;
      case "drop-owners":
        await objects.dropOwners(identity, deletion.uids, signal);
        return DONE;
      case "unblock-owners":
        await objects.unblockOwners(identity, ownerReferences, signal);
        return LATER;
      case "delete":
        try {
          await objects.delete(identity, latest, deletion.propagationPolicy, signal);
        } catch (error) {
          if (!isNotFound(error)) throw error;
          graph.confirmAbsent(identity);
        }
        return DONE;
    }
  }
}

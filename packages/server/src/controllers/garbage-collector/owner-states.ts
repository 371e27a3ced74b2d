import type { OwnerReference } from "../../api/types.ts";
import { RecentMap } from "../../runtime/recent-map.ts";
import type { OwnerState } from "./deletion.ts";
import { ownershipOf } from "./graph-node.ts";
import { type ObjectClient, UnresolvableOwnerError } from "./object-client.ts";
import { type ObjectReference, ownerIn, printReference } from "./object-reference.ts";

/** @see kubernetes pkg/controller/garbagecollector (NewReferenceCache) */
const MAX_ABSENT = 500;

/** Finds out what has become of owners. Uids do not come back: who is gone once need not be asked for again. */
export class OwnerStates {
  readonly #objects: ObjectClient;
  readonly #absent = new RecentMap<true>(MAX_ABSENT);

  constructor(objects: ObjectClient) {
    this.#objects = objects;
  }

  remember(absent: ObjectReference): void {
    this.#absent.set(printReference(absent), true);
  }

  /**
   * The states of the owners that an object names, by their uids.
   * @throws UnknownKindError, UnresolvableOwnerError
   */
  async of(
    owners: readonly OwnerReference[],
    namespace: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, OwnerState>> {
    const states = new Map<string, OwnerState>();
    for (const owner of owners) {
      states.set(owner.uid, await this.#stateOf(owner, namespace, signal));
    }
    return states;
  }

  async #stateOf(
    owner: OwnerReference,
    namespace: string,
    signal: AbortSignal,
  ): Promise<OwnerState> {
    if (this.#isAbsent(ownerIn("", owner)) || this.#isAbsent(ownerIn(namespace, owner))) {
      return "dangling";
    }
    const { namespaced } = this.#objects.servedKind(ownerIn(namespace, owner)).type;
    const reference = ownerIn(namespaced ? namespace : "", owner);
    if (namespaced && namespace === "") throw new UnresolvableOwnerError(reference);
    const found = await this.#objects.get(reference, signal);
    if (found === undefined || found.uid !== owner.uid) {
      this.remember(reference);
      return "dangling";
    }
    return ownershipOf(found).isDeletingDependents ? "waiting" : "solid";
  }

  #isAbsent(reference: ObjectReference): boolean {
    return this.#absent.get(printReference(reference)) !== undefined;
  }
}

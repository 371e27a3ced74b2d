import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { ControllerRevision, Pod, StatefulSet } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isAlreadyExists, isNotFound } from "../../client/errors.ts";
import { CONTROLLER_REVISIONS, keyOf, STATEFUL_SETS } from "../../client/resource-type.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { claimObjects } from "../controller-ref.ts";
import {
  byRevision,
  decideUpdateRevision,
  isSameData,
  newRevision,
  revisionsToDelete,
} from "./revisions.ts";
import { STATEFUL_SET } from "./stateful-pods.ts";

/** The revisions that the pods of a set are made of: those that stay, and those that are to come. */
export interface Revisions {
  readonly current: Readonly<ControllerRevision>;
  readonly update: Readonly<ControllerRevision>;
  readonly collisionCount: number;
  /** All of them, from old to new, as they were found. */
  readonly all: readonly Readonly<ControllerRevision>[];
}

/** Keeps the templates that a StatefulSet has had. @see kubernetes pkg/controller/history */
export class RevisionHistory {
  readonly #known: ControlledObjects<ControllerRevision>;
  readonly #revisions: ResourceClient<ControllerRevision>;
  readonly #sets: ResourceClient<StatefulSet>;

  constructor(client: Client, known: ControlledObjects<ControllerRevision>) {
    this.#known = known;
    this.#revisions = client.resource(CONTROLLER_REVISIONS);
    this.#sets = client.resource(STATEFUL_SETS);
  }

  /** Makes a revision of the template when there is none, and the newest of it when it is not. */
  async sync(set: Readonly<StatefulSet>, signal: AbortSignal): Promise<Revisions> {
    const all = (await this.#claim(set, signal)).sort(byRevision);
    const decision = decideUpdateRevision(set, all);
    let update = decision.revision;
    let collisionCount = set.status?.collisionCount ?? 0;
    if (decision.action === "raise") {
      const raised = { ...decision.revision, revision: decision.to };
      update = await this.#revisions.update(raised, { signal });
    }
    if (decision.action === "create") {
      const made = await this.#create(set, decision.revision, collisionCount, signal);
      update = made.revision;
      collisionCount = made.collisionCount;
    }
    const name = set.status?.currentRevision;
    const current = all.find(({ metadata }) => metadata.name === name) ?? update;
    return { current, update, collisionCount, all };
  }

  /** Deletes what is older than the set wants to remember. */
  async truncate(
    set: Readonly<StatefulSet>,
    { current, update, all }: Revisions,
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const revision of revisionsToDelete(set, all, [current, update], pods)) {
      try {
        await this.#revisions.delete(keyOf(revision), { signal });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  async #claim(set: Readonly<StatefulSet>, signal: AbortSignal) {
    const { uid = "", namespace = "" } = set.metadata;
    const selector = selectorFromApi(set.spec?.selector);
    return await claimObjects([...this.#known.of(uid), ...this.#known.orphans(namespace)], {
      kind: STATEFUL_SET,
      owner: set,
      owners: this.#sets,
      objects: this.#revisions,
      matches: ({ metadata }) => selector !== undefined && matchesLabels(selector, metadata.labels),
      signal,
    });
  }

  /** Another template may have the same hash: every collision counts, and makes another one. */
  async #create(
    set: Readonly<StatefulSet>,
    wanted: ControllerRevision,
    known: number,
    signal: AbortSignal,
  ): Promise<{
    readonly revision: Readonly<ControllerRevision>;
    readonly collisionCount: number;
  }> {
    for (let collisionCount = known; ; collisionCount++) {
      const revision = newRevision(set, Number(wanted.revision), collisionCount);
      try {
        const made = await this.#revisions.create(revision, { signal });
        return { revision: made, collisionCount };
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
      const found = await this.#revisions.get(keyOf(revision), { signal });
      if (isSameData(found, revision)) return { revision: found, collisionCount };
    }
  }
}

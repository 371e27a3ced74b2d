import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { ControllerRevision, DaemonSet, Pod } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isAlreadyExists } from "../../client/errors.ts";
import { CONTROLLER_REVISIONS, DAEMON_SETS, keyOf, PODS } from "../../client/resource-type.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { claimObjects } from "../controller-ref.ts";
import { DAEMON_SET, REVISION_HASH_LABEL } from "./daemon-pod.ts";
import {
  hashOf,
  isRevisionOf,
  newRevision,
  nextRevisionNumber,
  revisionsToDelete,
} from "./revisions.ts";

/** The revision of the template as it is, and all others. */
export interface History {
  readonly current: Readonly<ControllerRevision>;
  readonly old: readonly Readonly<ControllerRevision>[];
}

/**
 * Keeps what templates a DaemonSet has had: one ControllerRevision each.
 * @see kubernetes pkg/controller/daemon/update.go
 */
export class RevisionHistory {
  readonly #known: ControlledObjects<ControllerRevision>;
  readonly #revisions: ResourceClient<ControllerRevision>;
  readonly #sets: ResourceClient<DaemonSet>;
  readonly #pods: ResourceClient<Pod>;

  constructor(client: Client, known: ControlledObjects<ControllerRevision>) {
    this.#known = known;
    this.#revisions = client.resource(CONTROLLER_REVISIONS);
    this.#sets = client.resource(DAEMON_SETS);
    this.#pods = client.resource(PODS);
  }

  /**
   * Makes the current revision if there is none, and the highest if it is not.
   * @param pods - Of the set; those of a revision that is there twice are told of the one that stays.
   */
  async construct(
    set: Readonly<DaemonSet>,
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<History> {
    const all = await this.#label(await this.#claim(set, signal), signal);
    const same = all.filter((revision) => isRevisionOf(set, revision));
    const old = all.filter((revision) => !same.includes(revision));
    const number = nextRevisionNumber(old);
    if (same.length === 0) return { current: await this.#create(set, number, signal), old };
    const current = await this.#keepOne(same, pods, signal);
    if (Number(current.revision) < number) {
      await this.#revisions.update({ ...current, revision: number }, { signal });
    }
    return { current, old };
  }

  async cleanUp(
    set: Readonly<DaemonSet>,
    old: readonly Readonly<ControllerRevision>[],
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<void> {
    const hashes = pods.map(({ metadata }) => metadata.labels?.[REVISION_HASH_LABEL] ?? "");
    const limit = set.spec?.revisionHistoryLimit ?? 0;
    for (const revision of revisionsToDelete(old, limit, new Set(hashes))) {
      await this.#revisions.delete(keyOf(revision), { signal });
    }
  }

  async #claim(set: Readonly<DaemonSet>, signal: AbortSignal) {
    const { uid = "", namespace = "" } = set.metadata;
    const selector = selectorFromApi(set.spec?.selector);
    return await claimObjects([...this.#known.of(uid), ...this.#known.orphans(namespace)], {
      kind: DAEMON_SET,
      owner: set,
      owners: this.#sets,
      objects: this.#revisions,
      matches: ({ metadata }) => selector !== undefined && matchesLabels(selector, metadata.labels),
      signal,
    });
  }

  /** Revisions from somewhere else may lack the label; their names are as good as a hash. */
  async #label(
    revisions: readonly Readonly<ControllerRevision>[],
    signal: AbortSignal,
  ): Promise<readonly Readonly<ControllerRevision>[]> {
    return await Promise.all(
      revisions.map(async (revision) => {
        if (hashOf(revision) !== "") return revision;
        const { metadata } = revision;
        const labels = { ...metadata.labels, [REVISION_HASH_LABEL]: metadata.name ?? "" };
        const labelled = { ...revision, metadata: { ...metadata, labels } };
        return await this.#revisions.update(labelled, { signal });
      }),
    );
  }

  async #create(
    set: Readonly<DaemonSet>,
    number: number,
    signal: AbortSignal,
  ): Promise<ControllerRevision> {
    const wanted = newRevision(set, number);
    try {
      return await this.#revisions.create(wanted, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const found = await this.#revisions.get(keyOf(wanted), { signal });
      if (isRevisionOf(set, found)) return found;
      await this.#countCollision(set, signal);
      throw error;
    }
  }

  /** Another template has the same hash: the next attempt reckons with one more collision. */
  async #countCollision(set: Readonly<DaemonSet>, signal: AbortSignal): Promise<void> {
    const live = await this.#sets.get(keyOf(set), { signal });
    const count = live.status?.collisionCount;
    if (count !== set.status?.collisionCount) {
      const { name } = set.metadata;
      throw new Error(`found a stale collision count of DaemonSet "${name}" while processing`);
    }
    const status = {
      ...(live.status ?? {
        currentNumberScheduled: 0,
        numberMisscheduled: 0,
        desiredNumberScheduled: 0,
        numberReady: 0,
      }),
      collisionCount: (count ?? 0) + 1,
    };
    await this.#sets.update({ ...live, status }, { subresource: "status", signal });
  }

  /** Of several revisions of one template the newest stays. */
  async #keepOne(
    same: readonly Readonly<ControllerRevision>[],
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<Readonly<ControllerRevision>> {
    const newest = same.reduce((one, other) =>
      Number(other.revision) >= Number(one.revision) ? other : one,
    );
    if (same.length === 1) return newest;
    const hash = hashOf(newest);
    for (const pod of pods) {
      if (pod.metadata.labels?.[REVISION_HASH_LABEL] === hash) continue;
      const patch = { metadata: { labels: { [REVISION_HASH_LABEL]: hash } } };
      await this.#pods.patch(keyOf(pod), "merge-patch", patch, { signal });
    }
    for (const revision of same) {
      if (revision !== newest) await this.#revisions.delete(keyOf(revision), { signal });
    }
    return newest;
  }
}

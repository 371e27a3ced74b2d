/** @see kubernetes pkg/kubelet/kubelet.go (evictionMonitoringPeriod) */
export const PERIOD_MS = 10_000;
/** A pod takes at most one part of so many of a walker's time, however many files it makes. */
const SHARE = 10;

interface Walk {
  readonly startedAt: number;
  /** Not before it is through. */
  dueAt: number;
}

/** Which pod's files are looked at next: no pod twice at once, none too often, none never. */
export class WalkSchedule {
  /** By uids of pods. */
  readonly #walks = new Map<string, Walk>();

  /**
   * Begins the walk that is due for longest. `end` says when it is through.
   * @param uids - of the pods that there are; others are forgotten
   */
  begin(uids: ReadonlySet<string>, now: number): string | undefined {
    for (const uid of this.#walks.keys()) if (!uids.has(uid)) this.#walks.delete(uid);
    let longest: string | undefined;
    let dueAt = now;
    for (const uid of uids) {
      const due = this.#walks.get(uid)?.dueAt ?? 0;
      if (due > dueAt || (due === dueAt && longest !== undefined)) continue;
      longest = uid;
      dueAt = due;
    }
    if (longest !== undefined) {
      this.#walks.set(longest, { startedAt: now, dueAt: Number.POSITIVE_INFINITY });
    }
    return longest;
  }

  end(uid: string, now: number): void {
    const walk = this.#walks.get(uid);
    if (walk === undefined) return;
    walk.dueAt = walk.startedAt + Math.max(PERIOD_MS, SHARE * (now - walk.startedAt));
  }
}

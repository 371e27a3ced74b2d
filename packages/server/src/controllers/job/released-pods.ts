/**
 * Pods whose finalizers have been taken off, and whose informer has not seen it yet: counting them
 * again would be wrong. Keys are those of their jobs' queue.
 * @see kubernetes pkg/controller/job/tracking_utils.go (uidTrackingExpectations)
 */
export class ReleasedPods {
  readonly #uids = new Map<string, Set<string>>();

  /** To be called before the finalizers are taken off. */
  expect(job: string, uids: readonly string[]): void {
    if (uids.length === 0) return;
    const known = this.#uids.get(job) ?? new Set();
    for (const uid of uids) known.add(uid);
    this.#uids.set(job, known);
  }

  /** The pod has been seen without it, or is gone, or has kept it after all. */
  observed(job: string, uid: string): void {
    const known = this.#uids.get(job);
    known?.delete(uid);
    if (known?.size === 0) this.#uids.delete(job);
  }

  of(job: string): ReadonlySet<string> {
    return new Set(this.#uids.get(job));
  }

  forget(job: string): void {
    this.#uids.delete(job);
  }
}

import type { Clock } from "../runtime/clock.ts";

/** So long an owner waits for events that it does not get. @see controller_utils.go (ExpectationsTimeout) */
const TIMEOUT_MS = 300_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly at: number;
}

/**
 * What owners have created and deleted and have not seen in their informers yet. Until it is seen,
 * what an informer knows is too old to count: counting it would make the same pods twice. Keys are
 * those of the owner's queue.
 *
 *     expectCreations("n/web", 2) → not satisfied
 *     creationObserved("n/web") twice → satisfied
 *
 * @see kubernetes pkg/controller/controller_utils.go (UIDTrackingControllerExpectations)
 */
export class Expectations {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called before the first is created or deleted; forgets what was expected before. */
  expect(owner: string, creations: number, deletions: Iterable<string>): void {
    this.#expected.set(owner, {
      creations,
      deletions: new Set(deletions),
      at: this.#clock.now(),
    });
  }

  /** One more of each, beside what is expected already. */
  raise(owner: string, creations: number, deletions: Iterable<string>): void {
    const known = this.#expected.get(owner);
    const going = [...(known?.deletions ?? []), ...deletions];
    this.expect(owner, Math.max(0, known?.creations ?? 0) + creations, going);
  }

  expectCreations(owner: string, count: number): void {
    this.expect(owner, count, []);
  }

  expectDeletions(owner: string, objects: Iterable<string>): void {
    this.expect(owner, 0, objects);
  }

  /** One has been seen, or will not come since it could not be created. */
  creationObserved(owner: string): void {
    const expected = this.#expected.get(owner);
    if (expected !== undefined) expected.creations--;
  }

  /** This one is going, or stays since it could not be deleted. */
  deletionObserved(owner: string, object: string): void {
    this.#expected.get(owner)?.deletions.delete(object);
  }

  /** 0 when the owner may act; otherwise after how long it may at the latest. */
  waitMs(owner: string): number {
    const expected = this.#expected.get(owner);
    if (expected === undefined) return 0;
    if (expected.creations <= 0 && expected.deletions.size === 0) return 0;
    return Math.max(0, expected.at + TIMEOUT_MS - this.#clock.now());
  }

  /** The owner is gone. */
  forget(owner: string): void {
    this.#expected.delete(owner);
  }
}

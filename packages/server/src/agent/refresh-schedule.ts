/**
 * Who refreshes in which second. Each entry gets the second it wants while there is room in it; when
 * many want the same one, as after a start at which 5,000 pods were made at once, the later ones get
 * earlier seconds, as many as it takes, and keep that distance from then on. There is room for twice
 * the rate at which all entries together refresh on average (and for one), so entries of equal periods
 * come at most half a period early, and no second has more than three times an average of one or more.
 *
 *     wanted 100 100 100 101, room for one a second → 100 99 98 101
 */
export class RefreshSchedule {
  readonly #seconds = new Map<number, Set<string>>();
  readonly #entries = new Map<string, { readonly second: number; readonly perSecond: number }>();
  /** Refreshes per second of all entries together. */
  #perSecond = 0;

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Enters or moves an entry to the last second with room until the one that is wanted.
   * @param wantedAt - Milliseconds since 1970.
   * @param periodMs - How long a refresh lasts.
   * @returns the start of its second, but not after `wantedAt`
   */
  planBefore(key: string, wantedAt: number, periodMs: number): number {
    const periodSeconds = Math.max(1, periodMs / 1000);
    const last = Math.floor(wantedAt / 1000);
    const first = Math.ceil(last - periodSeconds / 2);
    const second = this.#enter(key, 1 / periodSeconds, () => this.#findRoom(last, first));
    return second === last ? wantedAt : second * 1000;
  }

  /**
   * Enters or moves an entry to the first second with room from the one given on: what failed is
   * tried again, and must be by `latestAt`.
   */
  planAfter(key: string, earliestAt: number, latestAt: number, periodMs: number): number {
    const first = Math.ceil(earliestAt / 1000);
    const last = Math.max(first, Math.floor(latestAt / 1000));
    const perSecond = 1000 / Math.max(1000, periodMs);
    return this.#enter(key, perSecond, () => this.#findRoom(first, last)) * 1000;
  }

  /** The first second with entries that is later than one given; undefined: there is none. */
  nextSecond(after: number): number | undefined {
    let next: number | undefined;
    for (const second of this.#seconds.keys()) {
      if (second > after && (next === undefined || second < next)) next = second;
    }
    return next;
  }

  entriesOf(second: number): readonly string[] {
    return [...(this.#seconds.get(second) ?? [])];
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#perSecond = this.#entries.size === 0 ? 0 : this.#perSecond - entry.perSecond;
    const keys = this.#seconds.get(entry.second);
    keys?.delete(key);
    if (keys?.size === 0) this.#seconds.delete(entry.second);
  }

  #enter(key: string, perSecond: number, choose: () => number): number {
    this.delete(key);
    this.#perSecond += perSecond;
    const second = choose();
    this.#entries.set(key, { second, perSecond });
    const keys = this.#seconds.get(second);
    if (keys === undefined) this.#seconds.set(second, new Set([key]));
    else keys.add(key);
    return second;
  }

  /** The first second with room on the way; where there is none, the one with the fewest entries. */
  #findRoom(from: number, to: number): number {
    const room = Math.max(1, Math.ceil(2 * this.#perSecond));
    const step = from <= to ? 1 : -1;
    let best = from;
    let fewest = Number.POSITIVE_INFINITY;
    for (let second = from; step > 0 ? second <= to : second >= to; second += step) {
      const entries = this.#seconds.get(second)?.size ?? 0;
      if (entries < room) return second;
      if (entries < fewest) {
        fewest = entries;
        best = second;
      }
    }
    return best;
  }
}

/** First and last of indexes that follow each other. */
interface Interval {
  readonly first: number;
  readonly last: number;
}

/**
 * Indexes of a job as its status writes them: `1,3-5,7,8`.
 * @see kubernetes pkg/controller/job/indexed_job_utils.go (orderedIntervals)
 */
export class IndexSet {
  static readonly EMPTY: IndexSet = new IndexSet([]);
  /** Ascending, with gaps between them. */
  readonly intervals: readonly Interval[];

  private constructor(intervals: readonly Interval[]) {
    this.intervals = intervals;
  }

  /** What is no interval is passed over. @param completions - Indexes from here on do not count. */
  static parse(text: string, completions: number): IndexSet {
    const intervals: Interval[] = [];
    for (const part of text === "" ? [] : text.split(",")) {
      const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(part);
      if (match === null) continue;
      const first = Number(match[1]);
      if (first >= completions) break;
      const last = match[2] === undefined ? first : Number(match[2]);
      intervals.push({ first, last: Math.min(last, completions - 1) });
    }
    return IndexSet.EMPTY.#merge(intervals);
  }

  static of(indexes: Iterable<number>): IndexSet {
    return IndexSet.EMPTY.with(indexes);
  }

  with(indexes: Iterable<number>): IndexSet {
    const sorted = [...indexes].sort((left, right) => left - right);
    return this.#merge(sorted.map((index) => ({ first: index, last: index })));
  }

  union(other: IndexSet): IndexSet {
    return this.#merge(other.intervals);
  }

  has(index: number): boolean {
    return this.intervals.some(({ first, last }) => first <= index && index <= last);
  }

  get size(): number {
    return this.intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** How many indexes both have. */
  overlap(other: IndexSet): number {
    let count = 0;
    for (const mine of this.intervals) {
      for (const theirs of other.intervals) {
        const common = Math.min(mine.last, theirs.last) - Math.max(mine.first, theirs.first) + 1;
        count += Math.max(0, common);
      }
    }
    return count;
  }

  /** The first `count` indexes below `completions` that are not in it. */
  gaps(count: number, completions: number): readonly number[] {
    const found: number[] = [];
    let candidate = 0;
    const collectUpTo = (end: number): void => {
      for (; candidate < end && found.length < count; candidate++) found.push(candidate);
    };
    for (const { first, last } of this.intervals) {
      collectUpTo(Math.min(first, completions));
      candidate = Math.max(candidate, last + 1);
    }
    collectUpTo(completions);
    return found;
  }

  toString(): string {
    const print = ({ first, last }: Interval): string => {
      if (last === first) return String(first);
      return `${first}${last === first + 1 ? "," : "-"}${last}`;
    };
    return this.intervals.map(print).join(",");
  }

  #merge(others: readonly Interval[]): IndexSet {
    const all = [...this.intervals, ...others].sort((left, right) => left.first - right.first);
    const merged: Interval[] = [];
    for (const next of all) {
      const before = merged.at(-1);
      if (before === undefined || next.first > before.last + 1) merged.push(next);
      else if (next.last > before.last) merged.splice(-1, 1, { ...before, last: next.last });
    }
    return new IndexSet(merged);
  }
}

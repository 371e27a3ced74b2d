import { compareKeys } from "./key-order.ts";
import type { Run, RunPosition } from "./storage.ts";
import { type StoredEntry, versionAt } from "./stored-entry.ts";

/**
 * The newest version of every key, deleted ones included while history knows them, in key order:
 * sorted leaves of at most 256 entries under one sorted array of leaves.
 *
 *     leaves: [ /registry/pods/a/… , /registry/pods/k/… , /registry/secrets/… ]
 *                     │ 1…256 entries, count of live ones, newest revision among them
 *
 * A count adds leaf counts; a snapshot reads leaves that nobody has touched since as if it were
 * the newest one. What a list has of a leaf is a run when it is all of it; a change ends the run.
 */
export class KeyIndex {
  readonly #leaves: Leaf[] = [];

  /** Adds a key, or puts a newer version of it in place. */
  set(entry: StoredEntry): void {
    const leaves = this.#leaves;
    if (leaves.length === 0) leaves.push(new Leaf([], 0, 0));
    const at = this.#leafOf(entry.key);
    const leaf = leaves[at] as Leaf;
    endRun(leaf);
    const offset = seekInLeaf(leaf, entry.key, FROM);
    const previous = leaf.entries[offset];
    if (previous?.key === entry.key) {
      leaf.entries[offset] = entry;
      leaf.live -= previous.deleted ? 0 : 1;
    } else {
      leaf.entries.splice(offset, 0, entry);
    }
    leaf.live += entry.deleted ? 0 : 1;
    if (entry.modRevision > leaf.revision) leaf.revision = entry.modRevision;
    if (leaf.entries.length > LEAF_MAX) this.#split(at, offset);
  }

  /** Forgets a key and all its versions. */
  remove(key: string): void {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at];
    if (leaf === undefined) return;
    const offset = seekInLeaf(leaf, key, FROM);
    const entry = leaf.entries[offset];
    if (entry?.key !== key) return;
    endRun(leaf);
    leaf.entries.splice(offset, 1);
    leaf.live -= entry.deleted ? 0 : 1;
    if (leaf.entries.length === 0) this.#leaves.splice(at, 1);
    else if (leaf.entries.length < LEAF_MIN) this.#merge(at);
  }

  /**
   * The entries of `prefix` after the key `after` as a snapshot of `revision` shows them, and how
   * many follow the last one.
   */
  list(
    prefix: string,
    after: string | undefined,
    limit: number,
    revision: number,
  ): { entries: StoredEntry[]; runs: readonly RunPosition[] | undefined; remaining: number } {
    const end = this.#seek(prefix, BEYOND);
    const entries: StoredEntry[] = [];
    let runs: RunPosition[] | undefined;
    let position = this.#start(prefix, after);
    while (position < end && entries.length < limit) {
      const from = position;
      const start = entries.length;
      position = this.#collect(entries, position, end, limit, revision);
      const run = this.#runBetween(from, position, end, revision);
      if (run === undefined || entries.length === start) continue;
      runs ??= [];
      runs.push({ run, start, end: entries.length });
    }
    return { entries, runs, remaining: this.#count(position, end, revision) };
  }

  /** The run of a leaf that a list has just collected, if it has all of it, and in its newest state. */
  #runBetween(from: number, to: number, end: number, revision: number): Run | undefined {
    const at = leafAt(from);
    const leaf = this.#leaves[at] as Leaf;
    const isAll = leafAt(end) > at || offsetAt(end) === leaf.entries.length;
    const isWhole = isAll && offsetAt(from) === 0 && to === positionOf(at + 1, 0);
    if (!isWhole || leaf.revision > revision || leaf.live < RUN_MIN) return undefined;
    leaf.run ??= { current: true };
    return leaf.run;
  }

  /** How many keys of `prefix` a snapshot of `revision` has. */
  count(prefix: string, revision: number): number {
    return this.#count(this.#seek(prefix, FROM), this.#seek(prefix, BEYOND), revision);
  }

  /** Collects from one leaf; answers the position reached. */
  #collect(
    into: StoredEntry[],
    position: number,
    end: number,
    limit: number,
    revision: number,
  ): number {
    const at = leafAt(position);
    const leaf = this.#leaves[at] as Leaf;
    const to = leafAt(end) === at ? offsetAt(end) : leaf.entries.length;
    const current = leaf.revision <= revision;
    if (current && leaf.live === 0) return positionOf(at + 1, 0);
    for (let offset = offsetAt(position); offset < to; offset++) {
      const newest = leaf.entries[offset] as StoredEntry;
      if (current || newest.modRevision <= revision) {
        if (newest.deleted) continue;
        into.push(newest);
      } else {
        const version = versionAt(newest, revision);
        if (version === undefined) continue;
        into.push(version);
      }
      if (into.length === limit) return positionOf(at, offset + 1);
    }
    return positionOf(at + 1, 0);
  }

  #count(start: number, end: number, revision: number): number {
    let count = 0;
    for (let position = start; position < end; position = positionOf(leafAt(position) + 1, 0)) {
      const at = leafAt(position);
      const leaf = this.#leaves[at] as Leaf;
      const from = offsetAt(position);
      const to = leafAt(end) === at ? offsetAt(end) : leaf.entries.length;
      if (leaf.revision <= revision && from === 0 && to === leaf.entries.length) count += leaf.live;
      else count += countVisible(leaf, from, to, revision);
    }
    return count;
  }

  #start(prefix: string, after: string | undefined): number {
    return after === undefined || compareKeys(after, prefix) < 0
      ? this.#seek(prefix, FROM)
      : this.#seek(after, AFTER);
  }

  #seek(key: string, edge: Edge): number {
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(firstKey(leaves[middle] as Leaf), key, edge)) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const leaf = leaves[low - 1] as Leaf;
    return positionOf(low - 1, seekInLeaf(leaf, key, edge));
  }

  /** The leaf in which `key` is or would be. */
  #leafOf(key: string): number {
    const leaves = this.#leaves;
    let low = 1;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(firstKey(leaves[middle] as Leaf), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #split(at: number, inserted: number): void {
    const leaf = this.#leaves[at] as Leaf;
    endRun(leaf);
    const last = leaf.entries.length - 1;
    // Keys that arrive in order, as when a database is read back sorted, fill leaves; others halve them.
    const appended = inserted === last && at === this.#leaves.length - 1;
    const cut = appended ? inserted : leaf.entries.length >>> 1;
    const entries = leaf.entries.splice(cut);
    const right = new Leaf(entries, countLive(entries), leaf.revision);
    leaf.live -= right.live;
    this.#leaves.splice(at + 1, 0, right);
  }

  #merge(at: number): void {
    const left = at > 0 ? at - 1 : at;
    const leaf = this.#leaves[left];
    const right = this.#leaves[left + 1];
    if (leaf === undefined || right === undefined) return;
    if (leaf.entries.length + right.entries.length > LEAF_MAX / 2) return;
    endRun(leaf);
    endRun(right);
    for (const entry of right.entries) leaf.entries.push(entry);
    leaf.live += right.live;
    leaf.revision = Math.max(leaf.revision, right.revision);
    this.#leaves.splice(left + 1, 1);
  }
}

const LEAF_MAX = 256;
/** Below this a leaf looks for a neighbour to join. */
const LEAF_MIN = 64;
/** Fewer entries are not worth keeping anything about them together. */
const RUN_MIN = 16;

class Leaf {
  readonly entries: StoredEntry[];
  /** Entries that are not deleted. */
  live: number;
  /** No version here is newer. */
  revision: number;
  /** Since a list has had all of the leaf, and until it changes. */
  run: { current: boolean; kept?: unknown } | undefined = undefined;
  constructor(entries: StoredEntry[], live: number, revision: number) {
    this.entries = entries;
    this.live = live;
    this.revision = revision;
  }
}

/** What was kept of the entries together is of no use any more. */
function endRun(leaf: Leaf): void {
  if (leaf.run === undefined) return;
  leaf.run.current = false;
  leaf.run.kept = undefined;
  leaf.run = undefined;
}

/** Which keys lie before an edge of `key`: those below it, up to it, or up to the last it is a prefix of. */
type Edge = typeof FROM | typeof AFTER | typeof BEYOND;
const FROM = 0;
const AFTER = 1;
const BEYOND = 2;

function isBefore(candidate: string, key: string, edge: Edge): boolean {
  const order = compareKeys(candidate, key);
  if (order < 0) return true;
  if (edge === FROM) return false;
  return edge === AFTER ? order === 0 : candidate.startsWith(key);
}

/** The first offset in the leaf that is not before the edge; the leaf's length when all are. */
function seekInLeaf(leaf: Leaf, key: string, edge: Edge): number {
  let low = 0;
  let high = leaf.entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore((leaf.entries[middle] as StoredEntry).key, key, edge)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstKey(leaf: Leaf): string {
  return (leaf.entries[0] as StoredEntry).key;
}

function countLive(entries: readonly StoredEntry[]): number {
  let live = 0;
  for (const entry of entries) if (!entry.deleted) live++;
  return live;
}

function countVisible(leaf: Leaf, from: number, to: number, revision: number): number {
  let count = 0;
  for (let offset = from; offset < to; offset++) {
    if (versionAt(leaf.entries[offset] as StoredEntry, revision) !== undefined) count++;
  }
  return count;
}

/** A position is one number, leaf and offset, so that walking allocates nothing. */
const STRIDE = 2 * LEAF_MAX;
const positionOf = (leaf: number, offset: number): number => leaf * STRIDE + offset;
const leafAt = (position: number): number => Math.floor(position / STRIDE);
const offsetAt = (position: number): number => position % STRIDE;

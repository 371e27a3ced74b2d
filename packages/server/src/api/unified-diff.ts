/**
 * The difference of two texts as Go programs print it, by the algorithm of Ratcliff and Obershelp:
 * the longest run of equal lines first, then what stands before and after it.
 *
 *     @@ -1,2 +1,2 @@
 *      same
 *     -old
 *     +new
 *
 * @see github.com/pmezard/go-difflib difflib/difflib.go · Python's difflib
 */

/** Lines of context around a change. */
const CONTEXT = 3;
/** From this many lines on, lines that are everywhere say nothing about where texts match. */
const POPULAR_FROM = 200;
const POPULAR_SHARE = 100;

/**
 * Comparisons, of which texts that say the same over and over want the square of their length. After
 * so many, some 20 ms, only what both texts begin and end with counts as equal.
 */
const MAX_STEPS = 400_000;

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Change {
  readonly equal: boolean;
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

/** @returns hunks without names of files; empty when the texts are equal */
export function unifiedDiff(before: string, after: string): string {
  const a = linesOf(before);
  const b = linesOf(after);
  return groupChanges(changesOf(a, b))
    .map((group) => printHunk(group, a, b))
    .join("");
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => `${line}\n`);
}

function printHunk(group: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return "";
  const ranges = `-${printRange(first.a[0], last.a[1])} +${printRange(first.b[0], last.b[1])}`;
  const lines = group.flatMap((change) => {
    const old = a.slice(...change.a);
    if (change.equal) return old.map((line) => ` ${line}`);
    return [...old.map((line) => `-${line}`), ...b.slice(...change.b).map((line) => `+${line}`)];
  });
  return `@@ ${ranges} @@\n${lines.join("")}`;
}

function printRange(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return `${from + 1}`;
  return `${length === 0 ? from : from + 1},${length}`;
}

function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  changes.forEach((change, index) => {
    if (!change.equal) {
      group.push(change);
      return;
    }
    const length = change.a[1] - change.a[0];
    const isFirst = index === 0;
    const isLast = index === changes.length - 1;
    if (!isFirst && !isLast && length <= CONTEXT * 2) {
      group.push(change);
      return;
    }
    if (!isFirst) group.push(ofEqual(change, 0, Math.min(length, CONTEXT)));
    if (group.some(({ equal }) => !equal)) groups.push(group);
    group = isLast ? [] : [ofEqual(change, Math.max(0, length - CONTEXT), length)];
  });
  if (group.some(({ equal }) => !equal)) groups.push(group);
  return groups;
}

function ofEqual({ a, b }: Change, from: number, to: number): Change {
  return { equal: true, a: [a[0] + from, a[0] + to], b: [b[0] + from, b[0] + to] };
}

function changesOf(a: readonly string[], b: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  let [atA, atB] = [0, 0];
  for (const match of [...matchesOf(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (atA < match.a || atB < match.b) {
      changes.push({ equal: false, a: [atA, match.a], b: [atB, match.b] });
    }
    [atA, atB] = [match.a + match.size, match.b + match.size];
    if (match.size > 0) changes.push({ equal: true, a: [match.a, atA], b: [match.b, atB] });
  }
  return changes;
}

/** Runs of equal lines in order; those that touch are one. */
function matchesOf(a: readonly string[], b: readonly string[]): readonly Match[] {
  const places = placesOf(b);
  const matches: Match[] = [];
  const open: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  const budget = { steps: MAX_STEPS };
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [fromA, toA, fromB, toB] = range;
    const match = longestMatch(a, b, places, range, budget);
    if (budget.steps < 0) return equalEnds(a, b);
    if (match.size === 0) continue;
    matches.push(match);
    open.push([fromA, match.a, fromB, match.b]);
    open.push([match.a + match.size, toA, match.b + match.size, toB]);
  }
  return joined(matches.sort((one, other) => one.a - other.a));
}

/** What both begin with and what both end with. */
function equalEnds(a: readonly string[], b: readonly string[]): readonly Match[] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const ends = [
    { a: 0, b: 0, size: start },
    { a: a.length - end, b: b.length - end, size: end },
  ];
  return joined(ends.filter(({ size }) => size > 0));
}

function joined(matches: readonly Match[]): readonly Match[] {
  const whole: Match[] = [];
  for (const match of matches) {
    const last = whole.at(-1);
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      whole[whole.length - 1] = { ...last, size: last.size + match.size };
    } else {
      whole.push(match);
    }
  }
  return whole;
}

/** Where each line stands in `b`, but for lines that stand in too many places. */
function placesOf(b: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  b.forEach((line, index) => {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  });
  if (b.length < POPULAR_FROM) return places;
  const limit = Math.floor(b.length / POPULAR_SHARE) + 1;
  return new Map([...places].filter(([, indexes]) => indexes.length <= limit));
}

/** The longest run of lines that count, the first of equals, with equal neighbours of any kind. */
function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [fromA, toA, fromB, toB]: readonly [number, number, number, number],
  budget: { steps: number },
): Match {
  let best: Match = { a: fromA, b: fromB, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>();
    const found = places.get(a[i] ?? "") ?? [];
    budget.steps -= found.length + 1;
    if (budget.steps < 0) break;
    for (const j of found) {
      if (j < fromB || j >= toB) continue;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: startA, b: startB, size } = best;
  while (startA > fromA && startB > fromB && a[startA - 1] === b[startB - 1]) {
    [startA, startB, size] = [startA - 1, startB - 1, size + 1];
  }
  while (startA + size < toA && startB + size < toB && a[startA + size] === b[startB + size]) {
    size += 1;
  }
  return { a: startA, b: startB, size };
}

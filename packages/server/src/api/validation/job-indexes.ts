/**
 * Indexes of an indexed job as text: `1,3-5,7`, ascending.
 * @see kubernetes pkg/apis/batch/validation/validation.go
 */

/** Thrown for texts that are no list of indexes; `message` is upstream's. */
export class IndexesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "IndexesError";
  }
}

interface Interval {
  readonly first: number;
  readonly last: number;
}

function parseIndex(text: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new IndexesError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  }
  const index = Number(text);
  if (index >= completions) throw new IndexesError(`too large index: ${JSON.stringify(text)}`);
  return index;
}

function parseInterval(text: string, completions: number): Interval {
  const limits = text.split("-");
  if (limits.length > 2) {
    throw new IndexesError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const first = parseIndex(limits[0] ?? "", completions);
  if (limits[1] === undefined) return { first, last: first };
  const last = parseIndex(limits[1], completions);
  if (first >= last) {
    throw new IndexesError(`non-increasing order, previous: ${first}, current: ${last}`);
  }
  return { first, last };
}

/**
 * How many indexes the text names.
 * @throws IndexesError
 */
export function countIndexes(text: string, completions: number): number {
  if (text === "") return 0;
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(",")) {
    const { first, last } = parseInterval(part, completions);
    if (previous !== undefined && previous >= first) {
      throw new IndexesError(`non-increasing order, previous: ${previous}, current: ${first}`);
    }
    total += last - first + 1;
    previous = last;
  }
  return total;
}

function readableIntervals(text: string, completions: number): Interval[] {
  return text.split(",").flatMap((part) => {
    try {
      return [parseInterval(part, completions)];
    } catch (error) {
      if (error instanceof IndexesError) return [];
      throw error;
    }
  });
}

/** The first index that is in both texts; intervals that cannot be read are passed over. */
export function firstCommonIndex(
  left: string,
  right: string,
  completions: number,
): number | undefined {
  if (left === "" || right === "") return undefined;
  const others = readableIntervals(right, completions);
  for (const { first, last } of readableIntervals(left, completions)) {
    const other = others.find((each) => first <= each.last && each.first <= last);
    if (other !== undefined) return Math.max(first, other.first);
  }
  return undefined;
}

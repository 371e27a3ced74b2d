/** What one character of a name has to be; `*` stands for any number of them. */
type Term = "*" | ((character: string) => boolean);

/**
 * Whether a name is one that a pattern of `*`, `?`, `[a-z]`, `[^a-z]` and `\` stands for. Takes at most
 * the square of the name's length: only what follows the last `*` is ever tried again.
 * @returns false for a malformed pattern
 * @see go path/filepath Match
 */
export function globMatches(pattern: string, name: string): boolean {
  const terms = termsOf(Array.from(pattern));
  return terms !== undefined && fits(terms, Array.from(name));
}

function fits(terms: readonly Term[], name: readonly string[]): boolean {
  let term = 0;
  let at = 0;
  /** Of the last `*`: the term behind it, and where in the name that is tried. */
  let retry: { readonly term: number; readonly at: number } | undefined;
  while (at < name.length || term < terms.length) {
    const wanted = terms[term];
    const character = name[at];
    if (wanted === "*") {
      retry = { term: ++term, at };
    } else if (character !== undefined && wanted?.(character) === true) {
      term++;
      at++;
    } else {
      const skipped = retry === undefined ? undefined : name[retry.at];
      if (retry === undefined || skipped === undefined || skipped === "/") return false;
      retry = { term: retry.term, at: retry.at + 1 };
      ({ term, at } = retry);
    }
  }
  return true;
}

function termsOf(pattern: readonly string[]): readonly Term[] | undefined {
  const terms: Term[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === "*") {
      terms.push("*");
    } else if (character === "?") {
      terms.push((each) => each !== "/");
    } else if (character === "[") {
      const set = setOf(pattern, index + 1);
      if (set === undefined) return undefined;
      terms.push(set.term);
      index = set.end;
    } else {
      if (character === "\\") index++;
      const literal = pattern[index];
      if (literal === undefined) return undefined;
      terms.push((each) => each === literal);
    }
  }
  return terms;
}

interface CharacterSet {
  readonly term: Exclude<Term, "*">;
  /** Where its `]` stands. */
  readonly end: number;
}

/** @param start - behind the `[` @returns undefined where it is malformed */
function setOf(pattern: readonly string[], start: number): CharacterSet | undefined {
  const isNegated = pattern[start] === "^";
  const first = isNegated ? start + 1 : start;
  const ranges: (readonly [low: number, high: number])[] = [];
  let index = first;
  while (index === first || pattern[index] !== "]") {
    const low = boundAt(pattern, index);
    if (low === undefined) return undefined;
    const high = pattern[low.next] === "-" ? boundAt(pattern, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.code, high.code]);
    index = high.next;
  }
  const term = (character: string): boolean => {
    const code = character.codePointAt(0) ?? 0;
    return ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
  };
  return { term, end: index };
}

function boundAt(
  pattern: readonly string[],
  index: number,
): { readonly code: number; readonly next: number } | undefined {
  if (pattern[index] === "-" || pattern[index] === "]") return undefined;
  const at = pattern[index] === "\\" ? index + 1 : index;
  const code = pattern[at]?.codePointAt(0);
  return code === undefined ? undefined : { code, next: at + 1 };
}

/** One of the forms that a client takes. */
export interface AcceptClause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Clauses of a header that are looked at: strangers send it, and no client has ten. */
const MAX_CLAUSES = 1_000;

/**
 * Reads an Accept header into clauses, best first, the way upstream's library does: names in the
 * case in which they came, no quoting, a quality that cannot be read is 0 and 0 refuses nothing.
 * @see github.com/munnerz/goautoneg (ParseAccept)
 */
export function parseAccept(header: string): readonly AcceptClause[] {
  const clauses: AcceptClause[] = [];
  for (const part of header.split(",", MAX_CLAUSES)) {
    const [mediaType, parameters] = splitOnce(part, ";");
    const [type, rest] = splitOnce(mediaType, "/");
    const [subtype, more] = splitOnce(rest, "/");
    const clause = { type: trimSpaces(type), subtype: trimSpaces(subtype) };
    if (rest === "") {
      if (clause.type !== "*") continue;
      clause.subtype = "*";
    }
    if (more === "") clauses.push(withParameters(clause, parameters));
  }
  sortByPreference(clauses);
  return clauses;
}

/** What stands before and after a separator; all and nothing when it is not there. */
function splitOnce(text: string, separator: string): readonly [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

function withParameters(
  clause: Pick<AcceptClause, "type" | "subtype">,
  text: string,
): AcceptClause {
  let quality = 1;
  if (text === "") return { ...clause, quality, parameters: NO_PARAMETERS };
  const parameters = new Map<string, string>();
  for (const pair of text.split(";")) {
    const [name, rest] = splitOnce(pair, "=");
    const [value, more] = splitOnce(rest, "=");
    if (rest === "" || more !== "") continue;
    if (trimSpaces(name) === "q") quality = parseQuality(value);
    else parameters.set(trimSpaces(name), trimSpaces(value));
  }
  return { ...clause, quality, parameters };
}

/** A decimal number; anything else is 0. */
function parseQuality(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : 0;
}

/** Go sorts more in another way, whose result follows from no rule here. */
const MAX_INSERTED = 12;

/**
 * Insertion sort with the comparison of the library, which is no order: a clause goes before another
 * with a lower quality, and before one with a wildcard whatever the qualities. The result therefore
 * depends on the algorithm, and Go sorts up to twelve elements this way.
 */
function sortByPreference(clauses: AcceptClause[]): void {
  if (clauses.length > MAX_INSERTED) {
    clauses.sort((left, right) => (isBefore(left, right) ? -1 : isBefore(right, left) ? 1 : 0));
    return;
  }
  for (let end = 1; end < clauses.length; end++) {
    for (let index = end; index > 0; index--) {
      const later = clauses[index];
      const earlier = clauses[index - 1];
      if (later === undefined || earlier === undefined || !isBefore(later, earlier)) break;
      clauses[index] = earlier;
      clauses[index - 1] = later;
    }
  }
}

function isBefore(left: AcceptClause, right: AcceptClause): boolean {
  return (
    left.quality > right.quality ||
    (left.type !== "*" && right.type === "*") ||
    (left.subtype !== "*" && right.subtype === "*")
  );
}

/**
 * Whether a route that produces `types` is found for an Accept header: one clause must be one of
 * them, or the full wildcard; qualities and order do not count.
 * @see github.com/emicklei/go-restful (Route.matchesAccept)
 */
export function routeMatchesAccept(header: string, types: readonly string[]): boolean {
  for (const part of header.split(",", MAX_CLAUSES)) {
    const semicolon = part.indexOf(";");
    const mediaType = trimSpaces(semicolon < 0 ? part : part.slice(0, semicolon));
    if (mediaType === "*/*" || types.includes(mediaType)) return true;
  }
  return false;
}

/** Cuts spaces, and nothing else, off both ends. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

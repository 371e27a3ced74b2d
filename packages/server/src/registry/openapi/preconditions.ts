/** Conditional requests, as `net/http`'s `ServeContent` decides them. @see RFC 9110 §13 */

/** The headers of a condition. */
export interface Conditions {
  readonly method: string;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
}

/** What the content that would be sent is known by. */
export interface Validators {
  /** Quoted; undefined for content without one. */
  readonly etag: string | undefined;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export type Verdict = "changed" | "unchanged" | "precondition-failed";

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const TAG = /^[\s,]*(\*|(?:W\/)?"[^"\s]*")/;

/** Whether the client has the content. `If-None-Match`, where it is sent, alone decides. */
export function isUnchanged(conditions: Conditions, validators: Validators): Verdict {
  const { ifModifiedSince, ifNoneMatch, method } = conditions;
  const reads = READS.has(method);
  if (ifNoneMatch !== undefined && ifNoneMatch !== "") {
    if (!matches(ifNoneMatch, validators.etag)) return "changed";
    return reads ? "unchanged" : "precondition-failed";
  }
  if (!reads || ifModifiedSince === undefined) return "changed";
  const since = Date.parse(ifModifiedSince);
  if (Number.isNaN(since)) return "changed";
  // The header has whole seconds.
  return Math.floor(validators.modifiedAt / 1000) * 1000 <= since ? "unchanged" : "changed";
}

/** Whether a list of tags has this one; weak and strong are the same here. */
function matches(header: string, etag: string | undefined): boolean {
  let rest = header;
  for (let match = TAG.exec(rest); match !== null; match = TAG.exec(rest)) {
    const tag = match[1];
    if (tag === "*" || (etag !== undefined && tag?.replace(/^W\//, "") === etag)) return true;
    rest = rest.slice(match[0].length);
  }
  return false;
}

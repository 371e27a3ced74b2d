import { badRequest } from "../api/status-error.ts";

/** Where the next page of a list starts. */
export interface ContinuePosition {
  /** Snapshot of all pages; -1 to go on at the newest state. */
  readonly revision: number;
  /** Key of the last item returned, below the collection's prefix. */
  readonly afterKey: string;
}

const VERSION = "meta.k8s.io/v1";

/** The token is opaque to clients; its form is upstream's. @see apiserver pkg/storage/continue.go */
export function encodeContinueToken({ revision, afterKey }: ContinuePosition): string {
  const token = { v: VERSION, rv: revision, start: `${afterKey}\0` };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function notValid(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

function parseTokenJson(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    return JSON.parse(text) as { v?: unknown; rv?: unknown; start?: unknown };
  } catch {
    const first = text.trimStart()[0];
    throw notValid(
      first === undefined
        ? "unexpected end of JSON input"
        : `invalid character '${first}' looking for beginning of value`,
    );
  }
}

/** @throws StatusError 400 */
export function decodeContinueToken(token: string): ContinuePosition {
  const illegal = /[^A-Za-z0-9_-]/.exec(token);
  if (illegal !== null) throw notValid(`illegal base64 data at input byte ${illegal.index}`);
  const parsed = parseTokenJson(Buffer.from(token, "base64url").toString("utf8"));
  const { v, rv, start } = parsed ?? {};
  if (v !== VERSION)
    throw notValid(`server does not recognize this encoded version ${String(v ?? "")}`);
  if (typeof rv !== "number" || rv === 0) {
    throw notValid(`incorrect encoded start resourceVersion (version ${VERSION})`);
  }
  if (typeof start !== "string" || start === "") {
    throw notValid(`encoded start key empty (version ${VERSION})`);
  }
  if (`/${start}`.split("/").includes("..")) throw notValid(start);
  // The last key itself is excluded by the NUL behind it; a token of another maker may lack it.
  return { revision: rv, afterKey: start.endsWith("\0") ? start.slice(0, -1) : start };
}

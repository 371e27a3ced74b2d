import { type GoTarget, kindOfNode, Mismatch } from "../api/decode-mismatch.ts";
import {
  JsonMembers,
  type JsonNode,
  JsonNumber,
  JsonSyntaxError,
  readJson,
} from "../api/json-parser.ts";
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
  const token = { v: VERSION, rv: revision, start: `/${afterKey}\0` };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function notValid(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

/** What a token says; members that it lacks are Go's zero values. */
interface TokenMembers {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}

const TOKEN_TARGET: GoTarget = { type: "storage.continueToken", kind: "struct" };
const STRUCT = "continueToken";

function parseTokenJson(text: string): TokenMembers {
  const node = readNode(text);
  if (node === null) return { v: "", rv: 0, start: "" };
  if (!(node instanceof JsonMembers)) throw mismatch(node, TOKEN_TARGET, []);
  return { v: textOf(node, "v"), rv: integerOf(node, "rv"), start: textOf(node, "start") };
}

function readNode(text: string): JsonNode {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw notValid(error.message);
    throw error;
  }
}

function mismatchOf(what: string, target: GoTarget, path: readonly string[]): string {
  return new Mismatch({ what, target, struct: STRUCT, path, isFraction: false }).toError().message;
}

function mismatch(node: JsonNode, target: GoTarget, path: readonly string[]): Error {
  const what =
    node instanceof JsonNumber && path.length > 0 ? `number ${node.text}` : kindOfNode(node);
  return notValid(mismatchOf(what, target, path));
}

function memberOf({ names, values }: JsonMembers, name: string): JsonNode {
  return values[names.lastIndexOf(name)] ?? null;
}

function textOf(members: JsonMembers, name: string): string {
  const node = memberOf(members, name);
  if (node === null) return "";
  if (typeof node === "string") return node;
  const target = { type: "string", kind: "string" };
  throw node instanceof JsonNumber
    ? notValid(mismatchOf("number", target, [name]))
    : mismatch(node, target, [name]);
}

function integerOf(members: JsonMembers, name: string): number {
  const node = memberOf(members, name);
  if (node === null) return 0;
  if (node instanceof JsonNumber && /^-?\d+$/.test(node.text)) return Number(node.text);
  throw mismatch(node, { type: "int64", kind: "int64" }, [name]);
}

/** What Go's path.Clean would take out. */
function isUnclean(segment: string): boolean {
  return segment === "" || segment === "." || segment === "..";
}

/**
 * The key behind which a page starts. The last key itself is excluded by the NUL behind it; a token
 * of another maker may lack it, and starts with what it names.
 */
function keyBefore(start: string): string {
  if (start === "") return "";
  if (start.endsWith("\0")) return start.slice(0, -1);
  return `${start.slice(0, -1)}${String.fromCharCode(start.charCodeAt(start.length - 1) - 1)}\uffff`;
}

/** @throws StatusError 400 */
export function decodeContinueToken(token: string): ContinuePosition {
  const illegal = /[^A-Za-z0-9_-]/.exec(token);
  // What is left of a quantum of four has to be a byte at least.
  const illegalAt = illegal?.index ?? (token.length % 4 === 1 ? token.length - 1 : undefined);
  if (illegalAt !== undefined) throw notValid(`illegal base64 data at input byte ${illegalAt}`);
  const parsed = parseTokenJson(Buffer.from(token, "base64url").toString("utf8"));
  const { v, rv, start } = parsed;
  if (v !== VERSION) throw notValid(`server does not recognize this encoded version ${v}`);
  if (rv === 0) throw notValid(`incorrect encoded start resourceVersion (version ${VERSION})`);
  if (start === "") throw notValid(`encoded start key empty (version ${VERSION})`);
  const key = start.startsWith("/") ? start.slice(1) : start;
  if (key !== "" && key.split("/").some(isUnclean)) throw notValid(start);
  return { revision: rv, afterKey: keyBefore(key) };
}

/**
 * The wire form of a set of fields: `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`. `.` says that
 * the path of the enclosing member is itself in the set; a member with nothing inside always is.
 * @see structured-merge-diff fieldpath/serialize.go
 */
import { EMPTY_SET, type FieldNode, type FieldSet, sortNodes, union } from "./field-set.ts";
import { parseElement } from "./path-element.ts";

/** How deep a set may nest; objects of the API stay far below. */
const MAX_DEPTH = 500;

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});

/** A plain object whose members stand in the order in which upstream writes them. */
export type FieldsV1 = { readonly [element: string]: FieldsV1 };

export function encodeFieldsV1(set: FieldSet): FieldsV1 {
  return encode(set, false);
}

function encode(set: FieldSet, self: boolean): FieldsV1 {
  const out: Record<string, FieldsV1> = {};
  if (self) out["."] = NOTHING;
  for (let at = 0; at < set.length; at++) {
    const node = set[at];
    if (node === undefined) continue;
    out[node.element.text] =
      node.children.length === 0 ? NOTHING : encode(node.children, node.member);
  }
  return out;
}

/**
 * Reads the wire form; elements of unknown kinds are left out.
 * @throws Error when it is malformed.
 */
export function decodeFieldsV1(fields: unknown): FieldSet {
  return fields === undefined ? EMPTY_SET : decode(fields, 0).children;
}

interface Decoded {
  readonly children: FieldSet;
  /** The enclosing path is a member. */
  readonly self: boolean;
}

const LEAF: Decoded = { children: EMPTY_SET, self: true };

function decode(fields: unknown, depth: number): Decoded {
  if (fields === null) return LEAF;
  if (typeof fields !== "object" || Array.isArray(fields)) throw new Error("expected an object");
  if (depth > MAX_DEPTH) throw new Error("exceeded max depth");
  const nodes: FieldNode[] = [];
  let self = false;
  for (const [text, below] of Object.entries(fields)) {
    if (text === ".") {
      self = true;
      continue;
    }
    const element = parseElement(text);
    if (element === undefined) continue;
    const { children, self: member } = decode(below, depth + 1);
    nodes.push({ element, member, children });
  }
  if (nodes.length === 0) return LEAF;
  return { children: mergeTwins(sortNodes(nodes)), self };
}

/** Different spellings of one element (`k:{"a": 1}`, `k:{"a":1}`) are one node. */
function mergeTwins(nodes: FieldSet): FieldSet {
  const twin = nodes.some(
    (node, at) => at > 0 && node.element.text === nodes[at - 1]?.element.text,
  );
  if (!twin) return nodes;
  return nodes.reduce<FieldSet>((set, node) => union(set, [node]), EMPTY_SET);
}

/**
 * Finds out which version and kind a body says it has, before it is decoded as anything.
 * @see apimachinery pkg/runtime/serializer/json/meta.go, json.go
 */
import { kindOfNode } from "./decode-mismatch.ts";
import { JsonMembers, type JsonNode } from "./json-parser.ts";
import type { GroupVersionKind } from "./schema/language.ts";

/** Thrown with the text that upstream has for a body without recognisable version or kind. */
export class InterpretError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InterpretError";
  }
}

const GO_TYPE =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * Version and kind of an exactly read JSON body; what it does not say is empty. Names are matched in
 * any case, as Go's own decoder does it here and nowhere else.
 * @throws InterpretError
 */
export function interpretJson(node: JsonNode): { apiVersion: string; kind: string } {
  const found = { apiVersion: "", kind: "" };
  if (node === null) return found;
  if (!(node instanceof JsonMembers))
    throw parseError(mismatch(node, `Go value of type ${GO_TYPE}`));
  let firstError: string | undefined;
  node.names.forEach((name, index) => {
    const field = fieldOf(name);
    const value = node.values[index] ?? null;
    if (field === undefined || value === null) return;
    if (typeof value === "string") found[field] = value;
    else firstError ??= mismatch(value, `Go struct field .${field} of type string`);
  });
  if (firstError !== undefined) throw parseError(firstError);
  return found;
}

function fieldOf(name: string): "apiVersion" | "kind" | undefined {
  const folded = name.toLowerCase();
  return folded === "apiversion" ? "apiVersion" : folded === "kind" ? "kind" : undefined;
}

function mismatch(node: JsonNode, target: string): string {
  return `json: cannot unmarshal ${kindOfNode(node)} into ${target}`;
}

/** Wraps what the JSON decoder said. */
export function parseError(message: string): InterpretError {
  return new InterpretError(`couldn't get version/kind; json parse error: ${message}`);
}

/**
 * Splits an apiVersion.
 * @throws InterpretError for more than one slash.
 */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  if (apiVersion === "" || apiVersion === "/") return { group: "", version: "" };
  const [first = "", second, ...more] = apiVersion.split("/");
  if (second === undefined) return { group: "", version: first };
  if (more.length > 0) throw new InterpretError(`unexpected GroupVersion string: ${apiVersion}`);
  return { group: first, version: second };
}

/** Fills in what a body leaves open: its kind, its whole version, or the version of its group. */
export function withDefaults(
  named: GroupVersionKind,
  defaults: GroupVersionKind,
): GroupVersionKind {
  const kind = named.kind === "" ? defaults.kind : named.kind;
  const isOpen = named.version === "" && (named.group === "" || named.group === defaults.group);
  return isOpen
    ? { group: defaults.group, version: defaults.version, kind }
    : { group: named.group, version: named.version, kind };
}

import { quoteGo } from "../api/go-quote.ts";
import { JsonMembers, type JsonNode } from "../api/json-parser.ts";

/** `duplicate field "data.k"` for each member that a JSON text has twice, in its order. */
export function duplicateFields(node: JsonNode): readonly string[] {
  const found: string[] = [];
  collect(node, "", found);
  return found;
}

function collect(node: JsonNode, path: string, found: string[]): void {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) collect(item, `${path}[${index}]`, found);
    return;
  }
  if (!(node instanceof JsonMembers)) return;
  const seen = new Set<string>();
  for (const [position, name] of node.names.entries()) {
    const inner = path === "" ? name : `${path}.${name}`;
    if (seen.has(name)) found.push(`duplicate field ${quoteGo(inner)}`);
    seen.add(name);
    collect(node.values[position] ?? null, inner, found);
  }
}

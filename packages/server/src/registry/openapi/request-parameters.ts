/** Parameters of paths and queries: some of no type, the others the scalar fields of an options type. */
import type { ResourceDefinition } from "../../api/schema/language.ts";
import { type ResolvedType, resolveType, structOf } from "../../api/scheme.ts";
import type { ParameterModel } from "./path-model.ts";
import { sharedParameterName } from "./shared-parameters.ts";

const byOptionsType = new Map<string, readonly ParameterModel[]>();

const PRETTY: ParameterModel = {
  name: "pretty",
  in: "query",
  type: "string",
  description: "`true` indents the answer. Without it, browsers and curl get an indented one.",
  ...sharedName("", "pretty"),
};
const NAMESPACE: ParameterModel = {
  name: "namespace",
  in: "path",
  type: "string",
  description: "The namespace, for users and for what belongs to them.",
  ...sharedName("", "namespace"),
};
const PROXY_PATH: ParameterModel = {
  name: "path",
  in: "path",
  type: "string",
  description: "Path of the proxied request.",
  ...sharedName("", "path"),
};

/** `pretty`, which everything that answers with an object takes. */
export function prettyParameter(): ParameterModel {
  return PRETTY;
}

/** What stands in braces in a path: name, namespace, the rest of a proxied path. */
export function pathParameters(path: string, resource: ResourceDefinition): ParameterModel[] {
  const found: ParameterModel[] = [];
  if (path.includes("/{name}")) {
    const description = `Name of the ${resource.kind}.`;
    found.push({ name: "name", in: "path", type: "string", description });
  }
  if (path.includes("/{namespace}")) found.push(NAMESPACE);
  if (path.endsWith("/{path}")) found.push(PROXY_PATH);
  return found;
}

/**
 * A query parameter for each field of an options type that a query can carry: scalars, and lists of
 * them; a struct or an instant cannot.
 * @param typeName - `meta.v1.ListOptions`
 */
export function optionParameters(typeName: string): readonly ParameterModel[] {
  const known = byOptionsType.get(typeName);
  if (known !== undefined) return known;
  const parameters: ParameterModel[] = [];
  for (const { name, type, description } of structOf(typeName).fields) {
    const queryType = queryTypeOf(resolveType(type));
    if (queryType === undefined) continue;
    parameters.push({
      name,
      in: "query",
      type: queryType,
      ...(description === undefined ? {} : { description }),
      ...sharedName(typeName, name),
    });
  }
  byOptionsType.set(typeName, parameters);
  return parameters;
}

function sharedName(owner: string, name: string): { sharedName?: string } {
  const found = sharedParameterName(owner, name);
  return found === undefined ? {} : { sharedName: found };
}

function queryTypeOf(type: ResolvedType): ParameterModel["type"] | undefined {
  switch (type.kind) {
    case "pointer":
    case "list":
      return queryTypeOf(type.element);
    case "scalar":
      if (type.scalar === "bool") return "boolean";
      return type.scalar === "string" ? "string" : "integer";
    default:
      return undefined;
  }
}

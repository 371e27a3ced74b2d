/**
 * Writes `packages/server/src/api/types.ts` from the schema tables: `npm run generate`.
 * A test compares the file with what this makes.
 */
import { writeFileSync } from "node:fs";
import type {
  FieldDefinition,
  SchemaPackage,
  StructDefinition,
} from "../packages/server/src/api/schema/language.ts";
import { kindPackages, typePackages } from "../packages/server/src/api/schema/packages.ts";
import { type ResolvedType, resolveType } from "../packages/server/src/api/scheme.ts";

/** Where the generated file stands. */
export const TYPES_FILE: URL = new URL("../packages/server/src/api/types.ts", import.meta.url);

const LINE_WIDTH = 100;
const HEADER = `/**
 * Types of the API, generated from the tables in \`schema/\` by \`npm run generate\`. Do not edit.
 *
 * They describe JSON: instants are RFC 3339 text, bytes are base64 text, quantities are text.
 * A field that may be \`null\` is written even when it has no value.
 */
`;

/** Packages in the order in which they claim plain names; later ones take a prefix on a clash. */
const packages: readonly SchemaPackage[] = [
  ...typePackages.filter((each) => each.name === "meta.v1"),
  ...kindPackages.filter((each) => !/^(autoscaling|apidiscovery)\./.test(each.name)),
  ...kindPackages.filter((each) => ["autoscaling.v2", "apidiscovery.v2"].includes(each.name)),
  ...kindPackages.filter((each) => ["autoscaling.v1", "apidiscovery.v2beta1"].includes(each.name)),
];

/** Names that the order above would give to the wrong package: the first has the better claim. */
const CLAIMS: Readonly<Record<string, string>> = {
  "resource.v1.ResourceClaim": "ResourceClaim",
  "rbac.v1.Subject": "Subject",
};

type Names = ReadonlyMap<string, string>;

/** The text of the generated file, formatted as Biome formats it. */
export function generateTypes(): string {
  const names = chooseNames();
  const blocks = packages.flatMap((each) => [
    ...Object.entries(each.aliases).flatMap(([name, alias]) =>
      alias.enum === undefined
        ? []
        : [union(nameIn(names, `${each.name}.${name}`), alias.enum, alias.description)],
    ),
    ...Object.entries(each.structs).map(([name, definition]) =>
      typeBlock(nameIn(names, `${each.name}.${name}`), definition, names),
    ),
  ]);
  return `${HEADER}\n${blocks.join("\n\n")}\n`;
}

/** Full name → name in TypeScript, for structs and closed string types. */
function chooseNames(): Names {
  const names = new Map<string, string>(Object.entries(CLAIMS));
  const taken = new Set<string>(names.values());
  for (const each of packages) {
    const closed = Object.keys(each.aliases).filter((name) => each.aliases[name]?.enum);
    for (const local of [...Object.keys(each.structs), ...closed]) {
      const full = `${each.name}.${local}`;
      if (names.has(full)) continue;
      const name = taken.has(local) ? `${prefixOf(each.name)}${local}` : local;
      taken.add(name);
      names.set(full, name);
    }
  }
  return names;
}

/** `EventsV1` for `events.v1`, as the official JavaScript client prefixes. */
function prefixOf(packageName: string): string {
  return packageName
    .split(".")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

function nameIn(names: Names, typeName: string): string {
  const name = names.get(typeName);
  if (name === undefined) throw new Error(`${typeName} is not among the generated types`);
  return name;
}

/**
 * Kinds are type aliases, because only those fit `KubeObject`, which has an index signature;
 * everything else is an interface.
 */
function typeBlock(name: string, definition: StructDefinition, names: Names): string {
  const parents = definition.fields.filter((field) => field.name === "");
  const fields = definition.fields.filter((field) => field.name !== "");
  const lines = fields.map((field) => member(field, definition, names));
  const comment = docComment(definition.description, "");
  if (definition.topLevel === true) {
    if (parents.length > 0) throw new Error(`${name} is a kind and inlines a struct`);
    const typeMeta = ["  apiVersion?: string;", "  kind?: string;"];
    return `${comment}export type ${name} = {\n${[...typeMeta, ...lines].join("\n")}\n};`;
  }
  const bases = parents.map((field) => nameIn(names, field.type)).join(", ");
  const head = `export interface ${name}${bases === "" ? "" : ` extends ${bases}`}`;
  return lines.length === 0
    ? `${comment}${head} {}`
    : `${comment}${head} {\n${lines.join("\n")}\n}`;
}

function member(field: FieldDefinition, owner: StructDefinition, names: Names): string {
  const isMetadata = owner.topLevel === true && field.name === "metadata";
  const present = isMetadata || isPresent(field);
  const nullable = !present && field.omitEmpty !== true && isNullable(resolveType(field.type));
  const type = typeText(field.type, names) + (nullable ? " | null" : "");
  const key = /^[A-Za-z_$][\w$]*$/.test(field.name) ? field.name : JSON.stringify(field.name);
  return `${docComment(field.description, "  ")}  ${key}${present ? "" : "?"}: ${type};`;
}

function isPresent(field: FieldDefinition): boolean {
  return field.required === true || (field.omitEmpty !== true && field.optional !== true);
}

function isNullable(type: ResolvedType): boolean {
  return type.kind === "list" || type.kind === "map" || type.kind === "pointer";
}

function typeText(reference: string, names: Names): string {
  return resolvedText(resolveType(reference), names);
}

function resolvedText(type: ResolvedType, names: Names): string {
  switch (type.kind) {
    case "scalar":
      return scalarText(type, names);
    case "wellKnown":
      return wellKnownText(type.name);
    case "struct":
      return nameIn(names, type.typeName);
    case "pointer":
      return resolvedText(type.element, names);
    case "list": {
      const element = resolvedText(type.element, names);
      return element.includes(" ") && !element.endsWith(">") ? `(${element})[]` : `${element}[]`;
    }
    case "map":
      return `Record<string, ${resolvedText(type.value, names)}>`;
  }
}

function scalarText(type: Extract<ResolvedType, { kind: "scalar" }>, names: Names): string {
  if (type.enum !== undefined && type.alias !== undefined) return nameIn(names, type.alias);
  switch (type.scalar) {
    case "bool":
      return "boolean";
    case "int32":
    case "int64":
    case "float64":
      return "number";
    case "string":
    case "bytes":
      return "string";
  }
}

function wellKnownText(name: Extract<ResolvedType, { kind: "wellKnown" }>["name"]): string {
  switch (name) {
    case "IntOrString":
      return "number | string";
    case "FieldsV1":
    case "RawExtension":
    case "JSON":
      return "unknown";
    case "Time":
    case "MicroTime":
    case "Duration":
    case "Quantity":
      return "string";
  }
}

function union(name: string, values: readonly string[], description: string | undefined): string {
  const members = values.map((value) => JSON.stringify(value));
  const line = `export type ${name} = ${members.join(" | ")};`;
  const text =
    line.length <= LINE_WIDTH
      ? line
      : `export type ${name} =\n${members.map((each) => `  | ${each}`).join("\n")};`;
  return docComment(description, "") + text;
}

function docComment(description: string | undefined, indent: string): string {
  return description === undefined ? "" : `${indent}/** ${description} */\n`;
}

if (import.meta.main) writeFileSync(TYPES_FILE, generateTypes());

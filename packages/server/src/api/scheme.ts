/**
 * Looks types up: by group, version and kind, as requests name them, and by the names and type
 * references of the schema tables. All answers are cached; tables are built at first use.
 * @see apimachinery pkg/runtime/scheme.go, pkg/apis/meta/v1/register.go
 */
import type {
  AliasDefinition,
  GroupVersionKind,
  SchemaPackage,
  StructDefinition,
} from "./schema/language.ts";
import { kindPackages, typePackages } from "./schema/packages.ts";

/** A kind and the struct that holds its fields. */
export interface Kind extends GroupVersionKind {
  /** `core.v1.Pod`; `meta.v1.…` for the kinds that every group shares. */
  readonly typeName: string;
}

export type Scalar = "string" | "bool" | "int32" | "int64" | "float64" | "bytes";

/** Types whose JSON and protobuf forms differ from their shape. */
export type WellKnown =
  | "Time"
  | "MicroTime"
  | "Duration"
  | "Quantity"
  | "IntOrString"
  | "FieldsV1"
  | "RawExtension"
  | "JSON";

/** A type reference, parsed; aliases are replaced by what they stand for. */
export type ResolvedType =
  | {
      readonly kind: "scalar";
      readonly scalar: Scalar;
      /** Full name of the alias this was written as, `core.v1.PullPolicy`. */
      readonly alias?: string;
      readonly enum?: readonly string[];
    }
  | { readonly kind: "wellKnown"; readonly name: WellKnown }
  | { readonly kind: "struct"; readonly typeName: string }
  | { readonly kind: "pointer"; readonly element: ResolvedType }
  /** `bytes` is a scalar, no list. */
  | { readonly kind: "list"; readonly element: ResolvedType }
  /** Keys are strings. */
  | { readonly kind: "map"; readonly value: ResolvedType };

const SCALARS: ReadonlySet<string> = new Set<Scalar>([
  "string",
  "bool",
  "int32",
  "int64",
  "float64",
  "bytes",
]);
const WELL_KNOWN: ReadonlySet<string> = new Set<WellKnown>([
  "Time",
  "MicroTime",
  "Duration",
  "Quantity",
  "IntOrString",
  "FieldsV1",
  "RawExtension",
  "JSON",
]);

/** Kinds that each group version has: the options of requests, and the frame of a watch. */
const KINDS_OF_EVERY_VERSION: readonly string[] = [
  "WatchEvent",
  "ListOptions",
  "GetOptions",
  "DeleteOptions",
  "CreateOptions",
  "UpdateOptions",
  "PatchOptions",
];
/** Kinds that bear the version `v1` whatever group answers. `List` is kubectl's. */
const UNVERSIONED_KINDS: readonly string[] = [
  "Status",
  "APIVersions",
  "APIGroupList",
  "APIGroup",
  "APIResourceList",
  "List",
];
/** Kinds of `meta.k8s.io/v1`: forms into which an answer may be converted. */
const META_KINDS: readonly string[] = [
  "Table",
  "TableOptions",
  "PartialObjectMetadata",
  "PartialObjectMetadataList",
  ...KINDS_OF_EVERY_VERSION.slice(1),
];

const packages: ReadonlyMap<string, SchemaPackage> = new Map(
  [...kindPackages, ...typePackages].map((each) => [each.name, each]),
);
const packagesByVersion: ReadonlyMap<string, SchemaPackage> = new Map(
  kindPackages.map((each) => [`${each.group}/${each.version}`, each]),
);
const kindsByVersion = new Map<string, ReadonlyMap<string, Kind>>();
const resolvedTypes = new Map<string, ResolvedType>();

/**
 * The kind of that name, also for lists (`PodList`), options and the kinds of `meta.k8s.io`.
 * Undefined when the group version does not have it.
 */
export function kindOf(group: string, version: string, kind: string): Kind | undefined {
  return kindsIn(group, version)?.get(kind);
}

/** Every kind of a group version by name; undefined when there is no such version. */
export function kindsIn(group: string, version: string): ReadonlyMap<string, Kind> | undefined {
  const key = `${group}/${version}`;
  const known = kindsByVersion.get(key);
  if (known !== undefined) return known;
  const names = kindNames(group, version);
  if (names === undefined) return undefined;
  const kinds = new Map<string, Kind>();
  for (const [kind, typeName] of names) kinds.set(kind, { group, version, kind, typeName });
  kindsByVersion.set(key, kinds);
  return kinds;
}

function kindNames(group: string, version: string): [kind: string, typeName: string][] | undefined {
  if (group === "meta.k8s.io" && version === "v1") return META_KINDS.map(ofMeta);
  const from = packagesByVersion.get(`${group}/${version}`);
  if (from === undefined) return undefined;
  const own = Object.entries(from.structs).filter(([, definition]) => definition.topLevel === true);
  return [
    ...(group === "" ? UNVERSIONED_KINDS.map(ofMeta) : []),
    ...KINDS_OF_EVERY_VERSION.map(ofMeta),
    ...own.map(([kind]): [string, string] => [kind, `${from.name}.${kind}`]),
  ];
}

function ofMeta(kind: string): [kind: string, typeName: string] {
  return [kind, `meta.v1.${kind}`];
}

/** Whether any kind at all has this group version. */
export function isVersionRegistered(group: string, version: string): boolean {
  return (
    packagesByVersion.has(`${group}/${version}`) || (group === "meta.k8s.io" && version === "v1")
  );
}

/** Every group version in which `kind` is known. Builds all tables: for error texts, not for requests. */
export function kindsRegistered(kind: string): readonly Kind[] {
  const versions = [...kindPackages, { group: "meta.k8s.io", version: "v1" }];
  return versions
    .map(({ group, version }) => kindOf(group, version, kind))
    .filter((found) => found !== undefined);
}

/**
 * The rows of a struct.
 * @throws Error when no table has it: type names come from tables, never from clients.
 */
export function structOf(typeName: string): StructDefinition {
  const definition = packageOf(typeName)?.structs[localName(typeName)];
  if (definition === undefined) throw new Error(`no struct is named ${typeName}`);
  return definition;
}

/** The definition of an alias; undefined when the name is a struct's or nobody's. */
export function aliasOf(typeName: string): AliasDefinition | undefined {
  return packageOf(typeName)?.aliases[localName(typeName)];
}

/** The package that defines a type, by the type's full name. */
export function packageOf(typeName: string): SchemaPackage | undefined {
  return packages.get(typeName.slice(0, Math.max(0, typeName.lastIndexOf("."))));
}

function localName(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}

/**
 * Parses a type reference (grammar in `schema/language.ts`). The same reference gives the same
 * object.
 * @throws Error when it names a type that no table has.
 */
export function resolveType(reference: string): ResolvedType {
  const known = resolvedTypes.get(reference);
  if (known !== undefined) return known;
  const resolved = parseType(reference);
  resolvedTypes.set(reference, resolved);
  return resolved;
}

function parseType(reference: string): ResolvedType {
  if (reference.startsWith("*")) {
    return { kind: "pointer", element: resolveType(reference.slice(1)) };
  }
  if (reference.startsWith("[]")) {
    return { kind: "list", element: resolveType(reference.slice(2)) };
  }
  if (reference.startsWith("map[string]")) {
    return { kind: "map", value: resolveType(reference.slice("map[string]".length)) };
  }
  if (isScalar(reference)) return { kind: "scalar", scalar: reference };
  if (isWellKnown(reference)) return { kind: "wellKnown", name: reference };
  const alias = aliasOf(reference);
  if (alias !== undefined) return resolveAlias(reference, alias);
  structOf(reference);
  return { kind: "struct", typeName: reference };
}

function resolveAlias(name: string, alias: AliasDefinition): ResolvedType {
  const resolved = resolveType(alias.type);
  if (resolved.kind !== "scalar") return resolved;
  return alias.enum === undefined
    ? { kind: "scalar", scalar: resolved.scalar, alias: name }
    : { kind: "scalar", scalar: resolved.scalar, alias: name, enum: alias.enum };
}

function isScalar(name: string): name is Scalar {
  return SCALARS.has(name);
}

function isWellKnown(name: string): name is WellKnown {
  return WELL_KNOWN.has(name);
}

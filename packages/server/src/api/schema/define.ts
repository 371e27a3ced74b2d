/**
 * The words in which the tables of this folder are written: one call a row, so that a row stays on
 * one line. Prose stands apart, in `<package>-descriptions.ts`, and joins the rows here.
 */
import { commonTexts } from "./common-descriptions.ts";
import type {
  AliasDefinition,
  FieldDefinition,
  SchemaPackage,
  StructDefinition,
} from "./language.ts";

/** What a row may say beyond name, type, number and whether it is optional. */
export type FieldTraits = Partial<Omit<FieldDefinition, "name" | "type" | "number">>;

/**
 * Prose: struct name → its own description under `""`, its fields' under their JSON names.
 * An inlined struct has no name and therefore no text of its own. Under `*` stand texts by field
 * name for structs of the same file that have none of their own, provided the file describes them.
 */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A list without keys, owned as a whole by whoever applies it. */
export const ATOMIC: FieldTraits = { listType: "atomic" };
/** A list of distinct scalars, each owned apart. */
export const SET: FieldTraits = { listType: "set" };

/** A list of structs told apart by `keys`. */
export function listMap(...keys: string[]): FieldTraits {
  return { listType: "map", listMapKeys: keys };
}

/** `listMap`, which a strategic merge patch merges too, by the first key alone. */
export function mergeMap(key: string, ...more: string[]): FieldTraits {
  return { ...listMap(key, ...more), patchStrategy: "merge", patchMergeKey: key };
}

/** `mergeMap` of a union: a patch that names one member drops the others. */
export function mergeUnionMap(key: string): FieldTraits {
  return { ...mergeMap(key), patchStrategy: "merge,retainKeys" };
}

/** A field that is always written and need not be there: Go's tag without `omitempty`. */
export function field(
  name: string,
  type: string,
  number: number,
  traits?: FieldTraits,
): FieldDefinition {
  return { name, type, number, ...traits };
}

/** The usual row: `+optional` and `omitempty`. */
export function optional(
  name: string,
  type: string,
  number: number,
  traits?: FieldTraits,
): FieldDefinition {
  return { name, type, number, omitEmpty: true, optional: true, ...traits };
}

/** `omitempty` alone: left out when zero, though no marker calls it optional. */
export function omitEmpty(
  name: string,
  type: string,
  number: number,
  traits?: FieldTraits,
): FieldDefinition {
  return { name, type, number, omitEmpty: true, ...traits };
}

/** `+required`. */
export function required(
  name: string,
  type: string,
  number: number,
  traits?: FieldTraits,
): FieldDefinition {
  return { name, type, number, required: true, ...traits };
}

/** A struct whose fields stand at this level in JSON and are a nested message in protobuf. */
export function inline(type: string, number: number, traits?: FieldTraits): FieldDefinition {
  return { name: "", type, number, ...traits };
}

/** A struct. */
export function struct(fields: readonly FieldDefinition[]): StructDefinition {
  return { fields };
}

/** A struct that carries `apiVersion` and `kind`: a kind of its package, or a list of one. */
export function object(fields: readonly FieldDefinition[]): StructDefinition {
  return { topLevel: true, fields };
}

/** A list kind: metadata and items. */
export function listOf(type: string): StructDefinition {
  const kind = type.slice(type.lastIndexOf(".") + 1);
  const rows = [optional("metadata", "meta.v1.ListMeta", 1), field("items", `[]${type}`, 2)];
  return { ...object(rows), description: `A list of ${kind} objects.` };
}

/** A string type with the values upstream declares. */
export function oneOf(...values: string[]): AliasDefinition {
  return { type: "string", enum: values };
}

/** A string type that is open, or whose values are not declared as an enumeration. */
export function text(): AliasDefinition {
  return { type: "string" };
}

interface PackageSource {
  /** Prefix of type names, `core.v1`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly openApiPrefix: string;
  readonly structs: () => Readonly<Record<string, StructDefinition>>;
  readonly aliases?: () => Readonly<Record<string, AliasDefinition>>;
  /** One for each file of prose. */
  readonly descriptions?: readonly (() => Descriptions)[];
}

/**
 * A package whose tables are built when somebody first looks at them.
 * @throws Error when a description names a struct or field that the tables do not have.
 */
export function definePackage(source: PackageSource): SchemaPackage {
  let built: Pick<SchemaPackage, "structs" | "aliases"> | undefined;
  const tables = (): Pick<SchemaPackage, "structs" | "aliases"> => (built ??= build(source));
  return {
    name: source.name,
    group: source.group,
    version: source.version,
    openApiPrefix: source.openApiPrefix,
    get structs() {
      return tables().structs;
    },
    get aliases() {
      return tables().aliases;
    },
  };
}

function build(source: PackageSource): Pick<SchemaPackage, "structs" | "aliases"> {
  const structs = withoutPrototype(source.structs());
  for (const name in structs) {
    const definition = structs[name];
    if (definition !== undefined) describe(definition, commonTexts(name, definition));
  }
  for (const descriptions of source.descriptions ?? []) {
    const { "*": shared, ...own } = descriptions();
    for (const [name, texts] of Object.entries(own)) {
      const definition = structs[name];
      if (definition === undefined) throw new Error(`${source.name} does not define ${name}`);
      if (shared !== undefined) describe(definition, shared);
      const described = describe(definition, texts);
      if (described < Object.keys(texts).length) {
        throw new Error(`${source.name}.${name} has no field ${strangerIn(texts, definition)}`);
      }
    }
  }
  return { structs, aliases: withoutPrototype(source.aliases?.() ?? {}) };
}

/** A copy in which `constructor` and its like are no names: kinds are looked up by what clients send. */
function withoutPrototype<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, table);
}

type Described<T extends { readonly description?: string }> = Omit<T, "description"> & {
  description?: string;
};

/**
 * Writes texts into a struct and its rows, which nobody else has seen yet, and tells how many found
 * their place.
 */
function describe(
  definition: Described<StructDefinition>,
  texts: Readonly<Record<string, string>>,
): number {
  let described = 0;
  const own = texts[""];
  if (own !== undefined) {
    definition.description = own;
    described++;
  }
  for (const row of definition.fields as readonly Described<FieldDefinition>[]) {
    const text = row.name === "" ? undefined : texts[row.name];
    if (text === undefined) continue;
    row.description = text;
    described++;
  }
  return described;
}

function strangerIn(
  texts: Readonly<Record<string, string>>,
  { fields }: StructDefinition,
): string | undefined {
  return Object.keys(texts).find((key) => key !== "" && !fields.some((row) => row.name === key));
}

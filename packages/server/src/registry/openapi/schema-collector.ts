import { ATOMIC_STRUCTS } from "../../api/field-management/atomic-structs.ts";
import type { FieldDefinition, StructDefinition } from "../../api/schema/language.ts";
import {
  packageOf,
  type ResolvedType,
  resolveType,
  type Scalar,
  structOf,
} from "../../api/scheme.ts";
import type { GroupVersionKindModel } from "./path-model.ts";
import {
  defaultOf,
  extensionsOf,
  flattened,
  isRequired,
  type OpenApiSchema,
  type OwnedRow,
} from "./schema-rows.ts";
import {
  STANDING_SCHEMAS,
  VERSION_INFO,
  VERSION_INFO_NAME,
  VERSION_INFO_STRUCT,
} from "./standing-schemas.ts";
import { unionsOf } from "./unions.ts";

export interface Dialect {
  readonly version: 2 | 3;
  /** `#/definitions/`, `#/components/schemas/` */
  readonly referencePrefix: string;
}

export const V2: Dialect = { version: 2, referencePrefix: "#/definitions/" };
export const V3: Dialect = { version: 3, referencePrefix: "#/components/schemas/" };

const SCALARS: Readonly<Record<Scalar, OpenApiSchema>> = {
  string: { type: "string" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  float64: { type: "number", format: "double" },
  bytes: { type: "string", format: "byte" },
};
/** The one field of a served type that upstream has no words for: its reference stands bare. */
const WITHOUT_WORDS: ReadonlySet<string> = new Set(["networking.v1.IngressRuleValue.http"]);

/**
 * Collects the schemas of a document: a schema adds those that it refers to. What differs between
 * the versions: version 3 has defaults, and there a reference stands beside other words only inside
 * `allOf`.
 * @see kube-openapi pkg/generators/openapi.go
 */
export class SchemaCollector {
  readonly #dialect: Dialect;
  readonly #kindsOf: (kind: string) => readonly GroupVersionKindModel[];
  readonly #schemas = new Map<string, OpenApiSchema>();

  /** @param kindsOf - the group versions of a kind that all of them have */
  constructor(dialect: Dialect, kindsOf: (kind: string) => readonly GroupVersionKindModel[]) {
    this.#dialect = dialect;
    this.#kindsOf = kindsOf;
  }

  /** Schemas by name, ascending; undefined when there are none. */
  finish(): Record<string, OpenApiSchema> | undefined {
    if (this.#schemas.size === 0) return undefined;
    const names = [...this.#schemas.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.#schemas.get(name) ?? {}]));
  }

  /** A reference to a type, whose schema is taken into the document. */
  reference(typeName: string): OpenApiSchema {
    return { $ref: `${this.#dialect.referencePrefix}${this.#include(typeName)}` };
  }

  /** Name of a type's schema. */
  #include(typeName: string): string {
    const standing = standingSchema(typeName);
    const name = standing?.name ?? schemaName(typeName);
    if (this.#schemas.has(name)) return name;
    if (standing !== undefined) {
      const { description } = standing;
      const form = this.#dialect.version === 2 ? standing.v2 : standing.v3;
      this.#schemas.set(name, { description, ...form });
      return name;
    }
    // Taken down before it is made: types refer to themselves.
    this.#schemas.set(name, {});
    this.#schemas.set(name, this.#struct(typeName));
    return name;
  }

  #struct(typeName: string): OpenApiSchema {
    const definition = typeName === VERSION_INFO ? VERSION_INFO_STRUCT : structOf(typeName);
    const { description } = definition;
    const rows = flattened(typeName, definition);
    const required = rows.filter(({ row }) => isRequired(row)).map(({ row }) => row.name);
    const kinds = this.#groupVersionKinds(typeName, definition);
    const unions = unionsOf(typeName);
    return {
      ...(description === undefined ? {} : { description }),
      type: "object",
      ...(required.length === 0 ? {} : { required }),
      ...(rows.length === 0 ? {} : { properties: this.#properties(rows) }),
      ...(kinds.length === 0 ? {} : { "x-kubernetes-group-version-kind": kinds }),
      ...(ATOMIC_STRUCTS.has(typeName) ? { "x-kubernetes-map-type": "atomic" } : {}),
      ...(unions === undefined ? {} : { "x-kubernetes-unions": unions }),
    };
  }

  #properties(rows: readonly OwnedRow[]): Record<string, OpenApiSchema> {
    const sorted = [...rows].sort((left, right) => (left.row.name < right.row.name ? -1 : 1));
    return Object.fromEntries(
      sorted.map(({ owner, row }) => [row.name, this.#property(owner, row)]),
    );
  }

  #property(owner: string, row: FieldDefinition): OpenApiSchema {
    const value = this.#value(resolveType(row.type));
    if (WITHOUT_WORDS.has(`${owner}.${row.name}`)) return value;
    const { version } = this.#dialect;
    const fallback = version === 3 ? defaultOf(row) : undefined;
    const isWrapped = version === 3 && "$ref" in value;
    return {
      ...(row.description === undefined ? {} : { description: row.description }),
      ...(isWrapped ? {} : value),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(isWrapped ? { allOf: [value] } : {}),
      ...extensionsOf(row),
    };
  }

  #value(type: ResolvedType): OpenApiSchema {
    switch (type.kind) {
      case "scalar":
        return type.enum === undefined
          ? SCALARS[type.scalar]
          : { ...SCALARS[type.scalar], enum: [...type.enum].sort() };
      case "wellKnown":
        return this.reference(type.name);
      case "struct":
        return this.reference(type.typeName);
      case "pointer":
        return this.#value(type.element);
      case "list":
        return { type: "array", items: this.#value(type.element) };
      case "map":
        return { type: "object", additionalProperties: this.#value(type.value) };
    }
  }

  #groupVersionKinds(
    typeName: string,
    definition: StructDefinition,
  ): readonly GroupVersionKindModel[] {
    const kind = localName(typeName);
    const from = packageOf(typeName);
    const everywhere = this.#kindsOf(kind);
    if (from?.name === "meta.v1") {
      if (everywhere.length > 0) return everywhere;
      return definition.topLevel === true ? [{ group: "", version: "v1", kind }] : [];
    }
    if (from === undefined || definition.topLevel !== true) return [];
    return [{ group: from.group, version: from.version, kind }];
  }
}

function standingSchema(
  typeName: string,
): (typeof STANDING_SCHEMAS)[keyof typeof STANDING_SCHEMAS] | undefined {
  return isStanding(typeName) ? STANDING_SCHEMAS[typeName] : undefined;
}

function isStanding(typeName: string): typeName is keyof typeof STANDING_SCHEMAS {
  return Object.hasOwn(STANDING_SCHEMAS, typeName);
}

/** `core.v1.Pod` → `io.k8s.api.core.v1.Pod` */
function schemaName(typeName: string): string {
  if (typeName === VERSION_INFO) return VERSION_INFO_NAME;
  return `${packageOf(typeName)?.openApiPrefix}.${localName(typeName)}`;
}

function localName(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}

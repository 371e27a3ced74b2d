/**
 * The definition language of the API: every type is a row of data in a file of this folder, and
 * decoding, validation, protobuf, OpenAPI, patch and apply behaviour are derived from the rows.
 *
 * A type reference is a string in a small grammar:
 * - `string`, `bool`, `int32`, `int64`, `float64`, `bytes`: scalars;
 * - `Time`, `MicroTime`, `Duration`, `Quantity`, `IntOrString`, `FieldsV1`, `RawExtension`, `JSON`:
 *   types whose JSON and protobuf forms differ from their shape;
 * - `core.v1.Container`: a struct or alias of a package (`package.version.Name`);
 * - `*T`: a pointer; absent and zero are different things, and protobuf omits it when absent;
 * - `[]T`, `map[string]T`.
 */

/** One field of a struct. Facts come from Kubernetes 1.36; descriptions are ours. */
export interface FieldDefinition {
  /** JSON name; empty for an inlined struct, whose fields stand at this level in JSON but are a nested message in protobuf. */
  readonly name: string;
  /** A type reference in the grammar above. */
  readonly type: string;
  /** Protobuf field number; 0 where the field is not part of the message. */
  readonly number: number;
  /** The zero value is left out of JSON (Go's `omitempty`); a struct that is no pointer is written all the same. */
  readonly omitEmpty?: true;
  readonly optional?: true;
  readonly required?: true;
  readonly listType?: "atomic" | "set" | "map";
  readonly listMapKeys?: readonly string[];
  readonly mapType?: "atomic" | "granular";
  readonly structType?: "atomic" | "granular";
  /** Comma-separated as upstream writes it: `merge`, `replace`, `retainKeys`, `merge,retainKeys`. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /** Default as a JSON value. */
  readonly default?: unknown;
  readonly description?: string;
}

export interface StructDefinition {
  readonly description?: string;
  /**
   * Carries `apiVersion` and `kind` in JSON, wherever it stands (a claim inside a StatefulSet too);
   * they are no rows, because in protobuf they live in the envelope.
   */
  readonly topLevel?: true;
  readonly fields: readonly FieldDefinition[];
}

/** A named type without fields of its own: `type PullPolicy string`, `type ResourceList map[string]Quantity`. */
export interface AliasDefinition {
  readonly description?: string;
  /** A type reference. */
  readonly type: string;
  /** The values upstream declares, in its order. */
  readonly enum?: readonly string[];
}

/** One group version, `core.v1` for example; `meta.v1` and `runtime` hold what all of them use. */
export interface SchemaPackage {
  /** Prefix of its type names, `core.v1`. */
  readonly name: string;
  /** API group, empty for core. */
  readonly group: string;
  readonly version: string;
  /** Prefix of the names in OpenAPI, `io.k8s.api.core.v1`. */
  readonly openApiPrefix: string;
  readonly structs: Readonly<Record<string, StructDefinition>>;
  readonly aliases: Readonly<Record<string, AliasDefinition>>;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A subresource as discovery lists it. */
export interface SubresourceDefinition {
  /** `status`, `token`, `scale` … */
  readonly name: string;
  /** Kind of its bodies; group and version where they differ from the resource's. */
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** A served resource, with everything that discovery says of it. */
export interface ResourceDefinition {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `serviceaccounts`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources: readonly SubresourceDefinition[];
  /**
   * Group version in which upstream stores the kind, where that is another one. Resources whose
   * storage is the same share their objects: `events` of `events.k8s.io` and of the core group.
   */
  readonly storage?: { readonly group: string; readonly version: string };
}

/** A served group with its resources. */
export interface ServedGroup {
  readonly group: string;
  /** The most preferred first. */
  readonly versions: readonly ServedVersion[];
}

export interface ServedVersion {
  readonly version: string;
  /** By name, ascending. */
  readonly resources: readonly ResourceDefinition[];
}

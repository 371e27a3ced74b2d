/**
 * Field management as the registry uses it: by type name and group version. `update.ts` and
 * `apply.ts` do the work, on shapes, which custom resources bring along.
 */
import type { KubeObject } from "../object.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { type Applied, applyObject } from "./apply.ts";
import { shapeOf } from "./schema-shape.ts";
import { updateOwnership } from "./update.ts";
import type { VersionConverter } from "./versions.ts";

export { managerFromUserAgent } from "./manager-name.ts";

/** A write of a built-in type. */
export interface TypedWrite {
  /** Struct of the object in the endpoint's version: `core.v1.Pod`. */
  readonly typeName: string;
  /** Group version of the endpoint: `v1`, `apps/v1`. */
  readonly groupVersion: string;
  /** The stored object; undefined on create. Not changed. */
  readonly live: KubeObject | undefined;
  /** Name of the writer; empty means `unknown`. */
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Now, milliseconds since 1970. */
  readonly now: number;
  /** Paths that the endpoint resets; keep one list per endpoint, it is compiled once. */
  readonly resetFields: readonly (readonly string[])[];
  /** For kinds that are served in several versions. */
  readonly convert?: VersionConverter;
}

/**
 * The `metadata.managedFields` after a create, update or patch that is no apply; undefined for none.
 * Entries that stay as they were are those of `live`, shared.
 * @param write.object - as it will be stored, defaults set, before admission. Not changed.
 */
export function updateManagedFields(
  write: TypedWrite & { readonly object: KubeObject },
): ManagedFieldsEntry[] | undefined {
  const { typeName, groupVersion, ...rest } = write;
  return updateOwnership({ ...rest, shape: shapeOf(typeName), apiVersion: groupVersion });
}

/**
 * Server-side apply to a built-in type.
 * @param write.kind - the endpoint's kind.
 * @param write.applied - the client's YAML, decoded and nothing else.
 * @returns the merged object with its managedFields, to be decoded and defaulted like a body.
 * @throws StatusError 400 for another kind and for managedFields, 409 for conflicts, 500 without a reason
 *   for what does not fit the schema.
 */
export function applyPatch(
  write: TypedWrite & {
    readonly kind: string;
    readonly applied: Readonly<Record<string, unknown>>;
    readonly force: boolean;
  },
): Applied {
  const { typeName, groupVersion, ...rest } = write;
  return applyObject({ ...rest, shape: shapeOf(typeName), apiVersion: groupVersion });
}

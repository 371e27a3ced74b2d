import { updateManagedFields } from "../api/field-management/manager.ts";
import type { KubeObject } from "../api/object.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { UpdateHooks } from "./strategy.ts";
import type { RegistryDependencies, WriteContext } from "./write-context.ts";

export const NO_RESETS: readonly (readonly string[])[] = [];

/** Hooks of the object itself (empty) or of one of its subresources. */
export function hooksOf(store: ResourceStore, subresource: string): UpdateHooks {
  if (subresource === "") return store.strategy;
  return store.strategy.subresources?.[subresource] ?? {};
}

/** Sets the managedFields that `object` has after this write of it; `live` is undefined on create. */
export function trackOwnership(
  { clock }: Pick<RegistryDependencies, "clock">,
  store: ResourceStore,
  context: WriteContext,
  object: KubeObject,
  { live, subresource }: { readonly live: KubeObject | undefined; readonly subresource: string },
): void {
  const managedFields = updateManagedFields({
    typeName: store.kind.typeName,
    groupVersion: store.apiVersion,
    live,
    object,
    manager: context.fieldManager,
    subresource,
    now: clock.now(),
    resetFields: hooksOf(store, subresource).resetFields ?? NO_RESETS,
    ...(store.convert === undefined ? {} : { convert: store.convert }),
  });
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = managedFields;
}

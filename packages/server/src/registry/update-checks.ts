import type { FieldError } from "../api/field-error.ts";
import type { KubeObject } from "../api/object.ts";
import { validateObjectMeta } from "../api/validation/metadata.ts";
import {
  validateObjectMetaChange,
  validateObjectMetaUpdate,
} from "../api/validation/metadata-update.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { UpdateCheck, UpdateHooks } from "./strategy.ts";

const USUAL: readonly UpdateCheck[] = ["change", "own"];

/**
 * Every field error of an update: what all kinds have in common, then what the kind looks at itself,
 * in its own order.
 * @see apiserver pkg/registry/rest/update.go (BeforeUpdate)
 */
export function checkUpdate(
  store: ResourceStore,
  { updateChecks = USUAL }: UpdateHooks,
  own: readonly FieldError[],
  object: KubeObject,
  old: KubeObject,
): readonly FieldError[] {
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata);
  for (const check of updateChecks) {
    if (check === "own") errors.push(...own);
    else if (check === "whole") errors.push(...wholeMetadataErrors(store, object));
    else errors.push(...changeErrors(store, object, old));
  }
  return errors;
}

/** What a kind says of metadata whenever it looks at an object, on create too. */
function wholeMetadataErrors({ strategy, definition }: ResourceStore, { metadata }: KubeObject) {
  return validateObjectMeta(metadata, {
    namespaced: definition.namespaced,
    validateName: strategy.validateName,
    checkFinalizerNames: strategy.metadataRules?.anyFinalizer !== true,
  });
}

function changeErrors({ strategy }: ResourceStore, object: KubeObject, old: KubeObject) {
  const checkFinalizerNames = strategy.metadataRules?.anyFinalizer !== true;
  return validateObjectMetaChange(object.metadata, old.metadata, checkFinalizerNames);
}

import type { ResourceDefinition } from "../api/schema/language.ts";

/**
 * Warnings that come with every answer about a kind which is on its way out, by resource; all of
 * them are of the core group.
 * @see k8s.io/api core/v1/lifecycle.go · apiserver pkg/endpoints/deprecation/deprecation.go
 */
const CORE_DEPRECATIONS: ReadonlyMap<string, string> = new Map([
  ["componentstatuses", "v1 ComponentStatus is deprecated in v1.19+"],
  ["endpoints", "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"],
]);

/** The warning about a resource; undefined for those that stay. */
export function deprecationOf(definition: ResourceDefinition): string | undefined {
  return definition.group === "" ? CORE_DEPRECATIONS.get(definition.resource) : undefined;
}

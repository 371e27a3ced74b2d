/**
 * Names and tags of operations, from the group version whose path they are on.
 * @see apiserver pkg/endpoints/openapi/openapi.go (GetOperationIDAndTags, ToValidOperationID)
 */

/** `core_v1`, `rbacAuthorization_v1`; `apps` without a version. */
export function operationTag(group: string, version?: string): string {
  const name = camelCase(shortGroup(group), false);
  return version === undefined ? name : `${name}_${version}`;
}

/** `list` + apps/v1 + `NamespacedDeployment` → `listAppsV1NamespacedDeployment`. */
export function operationId(
  verb: string,
  group: string,
  version: string | undefined,
  rest: string,
): string {
  const versionWords = version === undefined ? "" : camelCase(version, true);
  return `${verb}${camelCase(shortGroup(group), true)}${versionWords}${camelCase(rest, true)}`;
}

function shortGroup(group: string): string {
  return group === "" ? "core" : group.replace(/\.k8s\.io$/, "");
}

/** Drops what is neither letter nor digit and begins a word after it: `rbac.authorization` → `rbacAuthorization`. */
function camelCase(text: string, capitalized: boolean): string {
  const joined = text.replace(/[^A-Za-z0-9_]+(.?)/g, (_, next: string) => next.toUpperCase());
  return capitalized ? joined.charAt(0).toUpperCase() + joined.slice(1) : joined;
}

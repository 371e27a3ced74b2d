/** The words in which `resources.ts` is written: one call a resource. */
import type { ResourceDefinition, ServedGroup, SubresourceDefinition } from "./language.ts";

/** What a row may say beyond name and kind. */
export interface ResourceTraits {
  /** All verbs when absent. */
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** There is a `status` subresource. */
  readonly status?: true;
  /** The other subresources. */
  readonly subresources?: readonly SubresourceDefinition[];
  readonly storage?: NonNullable<ResourceDefinition["storage"]>;
}

/** A row that does not know its group version yet. */
export type ResourceRow = (group: string, version: string) => ResourceDefinition;

const ALL_VERBS: readonly string[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

/** A resource whose objects live in namespaces. */
export function namespaced(plural: string, kind: string, traits: ResourceTraits = {}): ResourceRow {
  return (groupName, version) => row(groupName, version, plural, kind, true, traits);
}

/** A resource whose objects belong to the cluster. */
export function cluster(plural: string, kind: string, traits: ResourceTraits = {}): ResourceRow {
  return (groupName, version) => row(groupName, version, plural, kind, false, traits);
}

/** A group: its versions in order of preference, the best first. */
export function group(
  name: string,
  versions: Readonly<Record<string, readonly ResourceRow[]>>,
): ServedGroup {
  return {
    group: name,
    versions: Object.entries(versions).map(([version, rows]) => ({
      version,
      resources: rows.map((each) => each(name, version)),
    })),
  };
}

function row(
  groupName: string,
  version: string,
  resource: string,
  kind: string,
  isNamespaced: boolean,
  { verbs = ALL_VERBS, status, subresources = [], ...others }: ResourceTraits,
): ResourceDefinition {
  const all: SubresourceDefinition[] = [...subresources];
  if (status) all.push({ name: "status", kind, verbs: ["get", "patch", "update"] });
  return {
    group: groupName,
    version,
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced: isNamespaced,
    verbs,
    subresources: all,
    ...others,
  };
}

/** Finds served resources by name; the rows stand in `served-resources.ts`. */
import type { ResourceDefinition, ServedGroup, SubresourceDefinition } from "./language.ts";
import { servedResources } from "./served-resources.ts";

interface Index {
  readonly groups: readonly ServedGroup[];
  readonly versions: ReadonlyMap<string, ReadonlyMap<string, IndexedVersion>>;
}

interface IndexedVersion {
  readonly resources: readonly ResourceDefinition[];
  readonly byName: ReadonlyMap<string, ResourceDefinition>;
}

let index: Index | undefined;

/** The served groups, core first, then as `/apis` lists them. */
export function servedGroups(): readonly ServedGroup[] {
  return tables().groups;
}

/** Whether a group is served in some version; the core group is `""`. */
export function isGroupServed(groupName: string): boolean {
  return tables().versions.has(groupName);
}

/** The row of a resource by its plural name; undefined when it is not served. */
export function resourceOf(
  groupName: string,
  version: string,
  plural: string,
): ResourceDefinition | undefined {
  return tables().versions.get(groupName)?.get(version)?.byName.get(plural);
}

/** The resources of a group version by name, ascending; undefined when it is not served. */
export function resourcesOf(
  groupName: string,
  version: string,
): readonly ResourceDefinition[] | undefined {
  return tables().versions.get(groupName)?.get(version)?.resources;
}

/** A subresource of a resource, by name. */
export function subresourceOf(
  resource: ResourceDefinition,
  name: string,
): SubresourceDefinition | undefined {
  return resource.subresources.find((each) => each.name === name);
}

/** Whether objects of this resource exist after the answer: reviews and bindings do not. */
export function isStored(resource: ResourceDefinition): boolean {
  return resource.verbs.includes("watch");
}

function tables(): Index {
  index ??= indexed(servedResources());
  return index;
}

function indexed(groups: readonly ServedGroup[]): Index {
  const versions = new Map(
    groups.map((served) => [
      served.group,
      new Map(
        served.versions.map(({ version, resources }) => [
          version,
          { resources, byName: new Map(resources.map((each) => [each.resource, each])) },
        ]),
      ),
    ]),
  );
  return { groups, versions };
}

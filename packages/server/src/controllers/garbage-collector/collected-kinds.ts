import type { ApiObject, ResourceType } from "../../client/resource-type.ts";
import type { DiscoveredGroup } from "../aggregated-discovery.ts";
import type { ObjectType } from "./object-reference.ts";

/** Where objects of a kind are served. */
export interface ServedKind extends ObjectType {
  readonly type: ResourceType<ApiObject>;
}

/** The kinds of a server, as far as owning and being owned goes. */
export interface CollectedKinds {
  /** Any version that is served; undefined for a kind that nobody knows. */
  find(type: ObjectType): ServedKind | undefined;
  /**
   * Every resource whose objects can be deleted, listed and watched, in the preferred version:
   * `apps/deployments`.
   */
  readonly watched: ReadonlyMap<string, ServedKind>;
}

export const NO_KINDS: CollectedKinds = { find: () => undefined, watched: new Map() };

/** Short-lived, many, and never owners. @see kubernetes garbagecollector (ignoredResources) */
const IGNORED: ReadonlySet<string> = new Set(["/events", "events.k8s.io/events"]);
const NEEDED_VERBS = ["delete", "list", "watch"];

export function collectKinds(groups: readonly DiscoveredGroup[]): CollectedKinds {
  const kinds = new Map<string, ServedKind>();
  const watched = new Map<string, ServedKind>();
  for (const { metadata, versions = [] } of groups) {
    const group = metadata.name ?? "";
    const seen = new Set<string>();
    for (const { version, resources = [] } of versions) {
      for (const { resource, responseKind, scope, verbs } of resources) {
        const namespaced = scope === "Namespaced";
        const served: ServedKind = {
          apiVersion: apiVersionOf(group, version),
          kind: responseKind?.kind ?? "",
          type: { group, version, resource, namespaced },
        };
        // Of several resources of a kind the first is the one where its objects live.
        const key = keyOfType(served);
        if (!kinds.has(key)) kinds.set(key, served);
        if (seen.has(resource)) continue;
        seen.add(resource);
        const name = `${group}/${resource}`;
        if (IGNORED.has(name) || !NEEDED_VERBS.every((verb) => verbs.includes(verb))) continue;
        watched.set(name, served);
      }
    }
  }
  return { find: (type) => kinds.get(keyOfType(type)), watched };
}

/** Whether objects are told of where they are, so that nobody has to go and look. */
export function isWatched(kinds: CollectedKinds, { type }: ServedKind): boolean {
  return kinds.watched.has(`${type.group}/${type.resource}`);
}

function keyOfType({ apiVersion, kind }: ObjectType): string {
  return `${apiVersion} ${kind}`;
}

function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/**
 * What discovery says, as plain objects. Pure: resources in, documents out.
 * @see apiserver pkg/endpoints/discovery · KEP-3352 (aggregated discovery)
 */
import { createHash } from "node:crypto";
import { apiVersionOf } from "../api/object.ts";
import type {
  ResourceDefinition,
  ServedGroup,
  SubresourceDefinition,
} from "../api/schema/language.ts";
import { isStored } from "../api/schema/resources.ts";

export interface GroupVersionForDiscovery {
  readonly groupVersion: string;
  readonly version: string;
}

/** `/api` */
export interface APIVersions {
  readonly kind: "APIVersions";
  readonly versions: readonly string[];
  readonly serverAddressByClientCIDRs: readonly {
    readonly clientCIDR: string;
    readonly serverAddress: string;
  }[];
}

/** `/apis/<group>`; without kind and apiVersion as an item of `/apis`. */
export interface APIGroup {
  readonly kind?: "APIGroup";
  readonly apiVersion?: "v1";
  readonly name: string;
  readonly versions: readonly GroupVersionForDiscovery[];
  readonly preferredVersion?: GroupVersionForDiscovery;
}

/** `/apis` */
export interface APIGroupList {
  readonly kind: "APIGroupList";
  readonly apiVersion: "v1";
  readonly groups: readonly APIGroup[];
}

/** `/api/v1`, `/apis/<group>/<version>` */
export interface APIResourceList {
  readonly kind: "APIResourceList";
  readonly apiVersion?: "v1";
  readonly groupVersion: string;
  readonly resources: readonly APIResource[];
}

export interface APIResource {
  /** `pods`, `pods/log` */
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

/** `/api` and `/apis` when the client asks for the aggregated form. */
export interface APIGroupDiscoveryList {
  readonly kind: "APIGroupDiscoveryList";
  readonly apiVersion: "apidiscovery.k8s.io/v2";
  readonly metadata: Readonly<Record<string, never>>;
  readonly items: readonly APIGroupDiscovery[];
}

export interface APIGroupDiscovery {
  /** No name in the core group. */
  readonly metadata: { readonly name?: string };
  readonly versions: readonly APIVersionDiscovery[];
}

export interface APIVersionDiscovery {
  readonly version: string;
  readonly resources: readonly APIResourceDiscovery[];
  readonly freshness: "Current";
}

export interface ResponseKind {
  /** Empty, as the version, where it is the group version under which this stands. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface APIResourceDiscovery {
  readonly resource: string;
  readonly responseKind: ResponseKind;
  readonly scope: "Cluster" | "Namespaced";
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly APISubresourceDiscovery[];
}

export interface APISubresourceDiscovery {
  readonly subresource: string;
  readonly responseKind: ResponseKind;
  readonly verbs: readonly string[];
}

/** @param serverAddress - `host:port` under which clients of any network reach the server */
export function apiVersions(serverAddress: string): APIVersions {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

/** The core group is not one of them. */
export function apiGroupList(groups: readonly ServedGroup[]): APIGroupList {
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: groups.filter((each) => each.group !== "").map(groupEntry),
  };
}

export function apiGroup(served: ServedGroup): APIGroup {
  return { kind: "APIGroup", apiVersion: "v1", ...groupEntry(served) };
}

function groupEntry(served: ServedGroup): APIGroup {
  const versions = served.versions.map(({ version }) => ({
    groupVersion: apiVersionOf(served.group, version),
    version,
  }));
  const [preferredVersion] = versions;
  return preferredVersion === undefined
    ? { name: served.group, versions }
    : { name: served.group, versions, preferredVersion };
}

/** Resources and subresources in one list, ascending by name. The core group's has no apiVersion. */
export function apiResourceList(
  group: string,
  version: string,
  resources: readonly ResourceDefinition[],
): APIResourceList {
  const entries = resources.flatMap((resource) => [
    resourceEntry(resource),
    ...resource.subresources.map((each) => subresourceEntry(resource, each)),
  ]);
  return {
    kind: "APIResourceList",
    ...(group === "" ? {} : { apiVersion: "v1" }),
    groupVersion: apiVersionOf(group, version),
    resources: entries.sort((a, b) => compareText(a.name, b.name)),
  };
}

function resourceEntry(resource: ResourceDefinition): APIResource {
  return {
    name: resource.resource,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...namings(resource),
    ...(isStored(resource) ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
}

function subresourceEntry(
  resource: ResourceDefinition,
  { name, group, version, kind, verbs }: SubresourceDefinition,
): APIResource {
  return {
    name: `${resource.resource}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
    kind,
    verbs,
  };
}

function namings({
  shortNames,
  categories,
}: ResourceDefinition): Pick<APIResource, "shortNames" | "categories"> {
  return {
    ...(shortNames === undefined ? {} : { shortNames }),
    ...(categories === undefined ? {} : { categories }),
  };
}

/**
 * Eight bytes of the SHA-256 of `group/version/kind` of the stored form, in base64.
 * @see apiserver pkg/endpoints/discovery/storageversionhash.go
 */
export function storageVersionHash(resource: ResourceDefinition): string {
  const { group, version } = resource.storage ?? resource;
  return createHash("sha256")
    .update(`${group}/${version}/${resource.kind}`)
    .digest()
    .subarray(0, 8)
    .toString("base64");
}

/** The aggregated form of the given groups: the core group alone on `/api`, the others on `/apis`. */
export function apiGroupDiscoveryList(groups: readonly ServedGroup[]): APIGroupDiscoveryList {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versions.map(({ version, resources }) => ({
        version,
        resources: [...resources]
          .sort((a, b) => compareText(a.resource, b.resource))
          .map(resourceDiscovery),
        freshness: "Current",
      })),
    })),
  };
}

function resourceDiscovery(resource: ResourceDefinition): APIResourceDiscovery {
  const subresources = [...resource.subresources]
    .sort((a, b) => compareText(a.name, b.name))
    .map(
      ({ name, group = "", version = "", kind, verbs }): APISubresourceDiscovery => ({
        subresource: name,
        responseKind: { group, version, kind },
        verbs,
      }),
    );
  return {
    resource: resource.resource,
    responseKind: { group: "", version: "", kind: resource.kind },
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...namings(resource),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

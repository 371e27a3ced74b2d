import type { Descriptions } from "./define.ts";

export const apidiscoveryV2beta1Descriptions = (): Descriptions => ({
  APIGroupDiscovery: {
    "": "What a group serves.",
    versions: "Its versions, the preferred one first.",
  },
  APIGroupDiscoveryList: {
    "": "What a server serves.",
  },
  APIResourceDiscovery: {
    "": "A resource.",
    resource: "Plural name.",
    responseKind: "Kind of the answers.",
    scope: "`Cluster` or `Namespaced`.",
    singularResource: "Name in the singular.",
    verbs: "What can be done.",
    shortNames: "Abbreviations for the command line.",
    categories: "Collective names, such as `all`.",
    subresources: "Its subresources.",
  },
  APISubresourceDiscovery: {
    "": "A subresource.",
    subresource: "Its name.",
    responseKind: "Kind of the answers.",
    acceptedTypes: "Kinds that it accepts, where there are several.",
    verbs: "What can be done.",
  },
  APIVersionDiscovery: {
    "": "What a version of a group serves.",
    version: "The version.",
    resources: "Its resources.",
    freshness: "`Current`, or `Stale` when the server behind it could not be asked.",
  },
});

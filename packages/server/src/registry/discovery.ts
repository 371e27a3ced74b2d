import { createHash } from "node:crypto";
import type { ServedGroup } from "../api/schema/language.ts";
import {
  type APIGroup,
  type APIGroupDiscoveryList,
  type APIGroupList,
  type APIResourceList,
  type APIVersions,
  apiGroup,
  apiGroupDiscoveryList,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from "./discovery-document.ts";

/** A document with its JSON, written when first asked for and then kept. */
export interface DiscoveryDocument<T = unknown> {
  readonly value: T;
  /** UTF-8, with the newline that ends every answer of the API. */
  readonly json: Uint8Array;
  /** Quoted, upper-case hexadecimal SHA-512 of the JSON; only aggregated answers send it. */
  readonly etag: string;
}

/**
 * Discovery of a fixed set of groups. Documents are made at first use and kept; when groups change,
 * make another one.
 */
export interface Discovery {
  /** `/api` */
  readonly api: DiscoveryDocument<APIVersions>;
  /** `/apis` */
  readonly apis: DiscoveryDocument<APIGroupList>;
  /** `/api` for those who accept `g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList` */
  readonly aggregatedApi: DiscoveryDocument<APIGroupDiscoveryList>;
  /** `/apis` likewise */
  readonly aggregatedApis: DiscoveryDocument<APIGroupDiscoveryList>;
  /** `/apis/<group>`; undefined when it is not served, and for the core group. */
  group(name: string): DiscoveryDocument<APIGroup> | undefined;
  /** `/api/<version>` when the group is empty, `/apis/<group>/<version>` otherwise. */
  resources(group: string, version: string): DiscoveryDocument<APIResourceList> | undefined;
}

/**
 * @param groups - in the order of discovery, the core group among them
 * @param serverAddress - `host:port` that `/api` names to clients
 */
export function createDiscovery(groups: readonly ServedGroup[], serverAddress: string): Discovery {
  const core = groups.filter((each) => each.group === "");
  const named = groups.filter((each) => each.group !== "");
  const groupDocuments = new Map(
    named.map((each) => [each.group, document(() => apiGroup(each))] as const),
  );
  const resourceDocuments = new Map(
    groups.map(({ group, versions }) => [
      group,
      new Map(
        versions.map(({ version, resources }) => [
          version,
          document(() => apiResourceList(group, version, resources)),
        ]),
      ),
    ]),
  );
  return {
    api: document(() => apiVersions(serverAddress)),
    apis: document(() => apiGroupList(named)),
    aggregatedApi: document(() => apiGroupDiscoveryList(core)),
    aggregatedApis: document(() => apiGroupDiscoveryList(named)),
    group: (name) => groupDocuments.get(name),
    resources: (group, version) => resourceDocuments.get(group)?.get(version),
  };
}

function document<T>(make: () => T): DiscoveryDocument<T> {
  let value: T | undefined;
  let json: Uint8Array | undefined;
  let etag: string | undefined;
  return {
    get value(): T {
      value ??= make();
      return value;
    },
    get json(): Uint8Array {
      json ??= Buffer.from(`${JSON.stringify(this.value)}\n`);
      return json;
    },
    get etag(): string {
      etag ??= `"${createHash("sha512").update(this.json).digest("hex").toUpperCase()}"`;
      return etag;
    },
  };
}

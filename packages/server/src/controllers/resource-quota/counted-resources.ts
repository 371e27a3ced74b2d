import { evaluatorOf, KNOWN_EVALUATORS } from "../../api/quota/evaluators.ts";
import { objectCountName, type QuotaEvaluator } from "../../api/quota/quota-evaluator.ts";
import type { Client } from "../../client/client.ts";
import type { ApiObject, ResourceType } from "../../client/resource-type.ts";
import {
  DISCOVERY_ROOTS,
  type DiscoveredGroup,
  type DiscoveryPage,
  readDiscovery,
} from "../aggregated-discovery.ts";

/** Objects that some quota is about. */
export interface CountedResource {
  readonly type: ResourceType<ApiObject>;
  readonly evaluator: QuotaEvaluator;
}

const COUNT = "count/";
const NEEDED_VERBS = ["create", "list", "watch", "delete"];

/**
 * Finds which objects the names in quotas are about. What is served is asked for when a quota counts
 * objects of a kind that is not among those known to everybody.
 */
export class CountedResources {
  readonly #client: Client;
  readonly #pages: (DiscoveryPage | undefined)[] = DISCOVERY_ROOTS.map(() => undefined);
  /** By the name that counts them. */
  #served: ReadonlyMap<string, CountedResource> = new Map();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws StatusError when it cannot be found out what is served */
  async of(names: readonly string[], signal: AbortSignal): Promise<readonly CountedResource[]> {
    const known = KNOWN_EVALUATORS.filter((each) => each.matchingResources(names).length > 0);
    const found: CountedResource[] = known.map((evaluator) => ({
      evaluator,
      type: {
        group: evaluator.group,
        version: "v1",
        resource: evaluator.resource,
        namespaced: true,
      },
    }));
    const others = names.filter(
      (name) => name.startsWith(COUNT) && !known.some((each) => each.matchingResources([name])[0]),
    );
    if (others.some((name) => !this.#served.has(name))) await this.#discover(signal);
    return [...found, ...others.flatMap((name) => this.#served.get(name) ?? [])];
  }

  async #discover(signal: AbortSignal): Promise<void> {
    let isNew = false;
    for (const [index, root] of DISCOVERY_ROOTS.entries()) {
      const known = this.#pages[index];
      const page = await readDiscovery(this.#client, root, { signal, known });
      isNew ||= page !== known;
      this.#pages[index] = page;
    }
    if (isNew) this.#served = countable(this.#pages.flatMap((page) => page?.groups ?? []));
  }
}

/** What lives in namespaces and comes and goes, in the preferred version. */
function countable(groups: readonly DiscoveredGroup[]): ReadonlyMap<string, CountedResource> {
  const found = new Map<string, CountedResource>();
  for (const { metadata, versions = [] } of groups) {
    const group = metadata.name ?? "";
    for (const { version, resources = [] } of versions) {
      for (const { resource, scope, verbs } of resources) {
        const name = objectCountName(group, resource);
        const evaluator = evaluatorOf(group, resource);
        if (scope !== "Namespaced" || evaluator === undefined || found.has(name)) continue;
        if (!NEEDED_VERBS.every((verb) => verbs.includes(verb))) continue;
        found.set(name, { evaluator, type: { group, version, resource, namespaced: true } });
      }
    }
  }
  return found;
}

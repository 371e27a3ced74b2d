import type { CrossVersionObjectReference, Scale } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isConflict } from "../../client/errors.ts";
import type { ApiObject, ResourceType } from "../../client/resource-type.ts";
import type { Clock } from "../../runtime/clock.ts";
import { DISCOVERY_ROOTS, type DiscoveryPage, readDiscovery } from "../aggregated-discovery.ts";

/** @see client-go util/retry (DefaultRetry) */
const ATTEMPTS = 5;
const PAUSE_MS = 10;

/** Where a scale is read and written. */
interface Place {
  readonly namespace: string;
  readonly target: CrossVersionObjectReference;
}

/**
 * Reads and writes how many pods objects of any kind want, by their `scale` subresource. Of what an
 * autoscaler says of the kind the version does not count.
 */
export class ScaleTargets {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #pages: (DiscoveryPage | undefined)[] = DISCOVERY_ROOTS.map(() => undefined);

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @throws StatusError; Error when nobody serves the kind */
  async get(place: Place, signal: AbortSignal): Promise<Scale> {
    const response = await this.#client.send("GET", await this.#url(place, signal), { signal });
    return this.#client.parse(await response.text()) as Scale;
  }

  /** Asks for so many pods, again while others come between. @throws StatusError */
  async set(place: Place, scale: Scale, replicas: number, signal: AbortSignal): Promise<void> {
    const url = await this.#url(place, signal);
    let newest = scale;
    for (let attempt = 1; ; attempt++) {
      const body = { ...newest, spec: { ...newest.spec, replicas } };
      try {
        await (await this.#client.send("PUT", url, { body, signal })).text();
        return;
      } catch (error) {
        if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
      }
      await this.#clock.sleep(PAUSE_MS, signal);
      newest = await this.get(place, signal);
    }
  }

  async #url({ namespace, target }: Place, signal: AbortSignal): Promise<string> {
    const { group, version, resource, namespaced } = await this.#typeOf(target, signal);
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const collection = namespaced ? `/namespaces/${namespace}/${resource}` : `/${resource}`;
    return `${root}${collection}/${encodeURIComponent(target.name)}/scale`;
  }

  async #typeOf(
    { apiVersion = "", kind }: CrossVersionObjectReference,
    signal: AbortSignal,
  ): Promise<ResourceType<ApiObject>> {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    for (const [index, root] of DISCOVERY_ROOTS.entries()) {
      const known = this.#pages[index];
      const page = await readDiscovery(this.#client, root, { signal, known });
      this.#pages[index] = page;
      const { versions = [] } =
        page.groups.find(({ metadata }) => (metadata.name ?? "") === group) ?? {};
      for (const { version, resources = [] } of versions) {
        const found = resources.find(({ responseKind }) => responseKind?.kind === kind);
        if (found === undefined) continue;
        const namespaced = found.scope === "Namespaced";
        return { group, version, resource: found.resource, namespaced };
      }
    }
    throw new Error(
      `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`,
    );
  }
}

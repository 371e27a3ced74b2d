import type { APIGroupDiscoveryList } from "../api/types.ts";
import type { Client } from "../client/client.ts";

export type DiscoveredGroup = APIGroupDiscoveryList["items"][number];

/** `/api` or `/apis`, and the version of the document. */
export interface DiscoveryPage {
  readonly groups: readonly DiscoveredGroup[];
  readonly etag: string | undefined;
}

export const DISCOVERY_ROOTS = ["/api", "/apis"] as const;

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/**
 * What is served below a root, in one document.
 * @param known - What was read before: answered as it is when nothing has changed since.
 * @throws StatusError
 */
export async function readDiscovery(
  client: Client,
  root: (typeof DISCOVERY_ROOTS)[number],
  { signal, known }: { readonly signal: AbortSignal; readonly known?: DiscoveryPage | undefined },
): Promise<DiscoveryPage> {
  const headers = {
    accept: AGGREGATED,
    ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }),
  };
  const response = await client.send("GET", root, { headers, signal });
  const text = await response.text();
  if (response.status === 304 && known !== undefined) return known;
  const { items } = JSON.parse(text) as APIGroupDiscoveryList;
  return { groups: items, etag: response.header("etag") };
}

import { isIPv6 } from "node:net";
import type { InProcessRequest } from "../client/in-process.ts";
import type { ApiResponse } from "../http/exchange.ts";

type Send = (request: InProcessRequest) => Promise<ApiResponse>;

interface Stored {
  readonly metadata: { readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

interface Wanted {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Where a server can be called by others. */
export interface ApiEndpoint {
  /** `--advertise-address` or what stands for it; empty when nobody but this machine can call. */
  readonly address: string;
  readonly port: number;
  /** Whether other servers work on the same storage: their addresses stay. */
  readonly isShared: boolean;
}

const ENDPOINTS = "/api/v1/namespaces/default/endpoints";
const SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
const NAME = "kubernetes";
const JSON_HEADERS = { "content-type": "application/json", "user-agent": "kube-apiserver" };

/** Writes that are tried when servers start or stop at the same moment. */
const ATTEMPTS = 5;

/**
 * Puts right where the service `kubernetes` leads to, which nobody else does since it selects no pods.
 * @returns takes this server's address away again, where others go on
 * @throws Error when that could not be written
 * @see kubernetes pkg/controlplane/reconcilers
 */
export async function announceApi(
  send: Send,
  { address, port, isShared }: ApiEndpoint,
): Promise<() => Promise<void>> {
  const own = address === "" ? [] : [address];
  await settle(send, port, (others) => [...new Set([...(isShared ? others : []), ...own])].sort());
  return async () => {
    if (!isShared || address === "") return;
    await settle(send, port, (all) => all.filter((each) => each !== address));
  };
}

/** @param decide - from the addresses that are announced to those that are to be */
async function settle(
  send: Send,
  port: number,
  decide: (announced: readonly string[]) => readonly string[],
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const slice = await read(send, SLICES);
    const addresses = decide(addressesOf(slice));
    const written =
      (await put(send, SLICES, slice, sliceOf(addresses, port))) &&
      (await put(send, ENDPOINTS, await read(send, ENDPOINTS), endpointsOf(addresses, port)));
    if (written) return;
  }
  throw new Error("cannot tell where the API is: others write it all the time");
}

function addressesOf(slice: Stored | undefined): readonly string[] {
  const endpoints = (slice?.endpoints ?? []) as readonly {
    readonly addresses?: readonly string[];
  }[];
  return endpoints.flatMap(({ addresses = [] }) => addresses);
}

/** Undefined when there is no address. */
function endpointsOf(addresses: readonly string[], port: number): Wanted | undefined {
  if (addresses.length === 0) return undefined;
  return {
    metadata: { name: NAME, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: portsOf(port) }],
  };
}

function sliceOf(addresses: readonly string[], port: number): Wanted | undefined {
  const [first] = addresses;
  if (first === undefined) return undefined;
  return {
    metadata: { name: NAME, labels: { "kubernetes.io/service-name": NAME } },
    addressType: isIPv6(first) ? "IPv6" : "IPv4",
    endpoints: addresses.map((each) => ({ addresses: [each], conditions: { ready: true } })),
    ports: portsOf(port),
  };
}

function portsOf(port: number): readonly object[] {
  return [{ name: "https", port, protocol: "TCP" }];
}

/**
 * Creates, replaces or deletes.
 * @returns false when somebody else has written in between
 */
async function put(
  send: Send,
  collection: string,
  stored: Stored | undefined,
  wanted: Wanted | undefined,
): Promise<boolean> {
  if (stored === undefined && wanted === undefined) return true;
  const url = `${collection}/${NAME}`;
  // The family of a slice does not change.
  const isOther = stored?.addressType !== wanted?.addressType;
  if (stored !== undefined && (wanted === undefined || isOther)) {
    const deleted = await write(send, "DELETE", url);
    return deleted && (wanted === undefined || write(send, "POST", collection, wanted));
  }
  if (stored === undefined || wanted === undefined) return write(send, "POST", collection, wanted);
  const { resourceVersion } = stored.metadata;
  const metadata = { ...wanted.metadata, resourceVersion };
  return write(send, "PUT", url, { ...wanted, metadata });
}

async function write(send: Send, method: string, url: string, object?: Wanted): Promise<boolean> {
  const body = object === undefined ? {} : { body: Buffer.from(JSON.stringify(object)) };
  const response = await send({ method, url, headers: JSON_HEADERS, ...body });
  if (response.status < 300) return true;
  if (response.status === 404 || response.status === 409) return false;
  throw new Error(`cannot set up ${url}: ${response.status} ${String(response.body)}`);
}

async function read(send: Send, collection: string): Promise<Stored | undefined> {
  const { status, body } = await send({ method: "GET", url: `${collection}/${NAME}` });
  if (status !== 200) return undefined;
  return JSON.parse(Buffer.from(body as Uint8Array).toString()) as Stored;
}

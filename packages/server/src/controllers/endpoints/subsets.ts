import type { EndpointAddress, EndpointPort, EndpointSubset } from "../../api/types.ts";
import { sortByHash } from "../service-endpoints/sort-by-hash.ts";

/**
 * Brings subsets into the one form that they are compared in: addresses that have the same ports
 * stand together, each once, and everything is in order. An address that is not ready for one of
 * its mentions is not ready.
 * @see kubernetes pkg/api/v1/endpoints/util.go (RepackSubsets)
 */
export function repackSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const offers = new Map<string, Offer>();
  const known = new Map<string, EndpointAddress>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    if (addresses.length === 0 && notReadyAddresses.length === 0) continue;
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const { hosts } = offerOf(offers, port);
      for (const address of addresses) note(hosts, known, address, true);
      for (const address of notReadyAddresses) note(hosts, known, address, false);
    }
  }
  const groups = new Map<string, Group>();
  for (const { port, hosts } of offers.values()) {
    const key = JSON.stringify(
      [...hosts].map(([host, { isReady }]) => `${host} ${isReady}`).sort(),
    );
    const group = groups.get(key) ?? { hosts, ports: [] };
    groups.set(key, group);
    if (port !== undefined) group.ports.push(port);
  }
  return sortByHash("core.v1.EndpointSubset", [...groups.values()].map(subsetOf));
}

interface Host {
  readonly address: EndpointAddress;
  isReady: boolean;
}

/** A port, and who has it; the port is absent where there is none. */
interface Offer {
  readonly port: EndpointPort | undefined;
  /** By address and uid: pods may share an address. */
  readonly hosts: Map<string, Host>;
}

interface Group {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly ports: EndpointPort[];
}

function offerOf(offers: Map<string, Offer>, port: EndpointPort | undefined): Offer {
  const key = JSON.stringify(
    port === undefined ? [] : [port.name ?? "", port.port, port.protocol, port.appProtocol],
  );
  const offer = offers.get(key) ?? { port, hosts: new Map() };
  offers.set(key, offer);
  return offer;
}

/** @param known - Addresses by who has them: of one that is told of in several ways the first counts. */
function note(
  hosts: Map<string, Host>,
  known: Map<string, EndpointAddress>,
  address: EndpointAddress,
  isReady: boolean,
): void {
  const key = `${address.ip} ${address.targetRef?.uid ?? ""}`;
  const first = known.get(key) ?? address;
  known.set(key, first);
  const host = hosts.get(key);
  if (host === undefined) hosts.set(key, { address: first, isReady });
  else if (!isReady) host.isReady = false;
}

function subsetOf({ hosts, ports }: Group): EndpointSubset {
  const inOrder = [...hosts.values()].sort((left, right) =>
    compareAddresses(left.address, right.address),
  );
  const addressesThat = (isReady: boolean): EndpointAddress[] =>
    inOrder.filter((host) => host.isReady === isReady).map(({ address }) => address);
  const [ready, notReady] = [addressesThat(true), addressesThat(false)];
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports: sortByHash("core.v1.EndpointPort", ports) }),
  };
}

/** By address as text, then those that name nobody, then by uid. */
function compareAddresses(left: EndpointAddress, right: EndpointAddress): number {
  const keyOf = ({ ip = "", targetRef }: EndpointAddress) => [ip, targetRef?.uid ?? ""] as const;
  const [a, b] = [keyOf(left), keyOf(right)];
  const index = a[0] === b[0] ? 1 : 0;
  return a[index] < b[index] ? -1 : a[index] > b[index] ? 1 : 0;
}

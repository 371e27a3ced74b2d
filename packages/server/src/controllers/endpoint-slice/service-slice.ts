import type {
  AddressType,
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointSlice,
  Node,
  Pod,
  Service,
} from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { isIpv6 } from "../../api/validation/ip-address.ts";
import { nameIsDnsSubdomain } from "../../api/validation/names.ts";
import { newControllerRef } from "../controller-ref.ts";
import { isPodReady } from "../pod-state.ts";
import {
  addressesOf,
  hasClusterIp,
  hostnameOf,
  targetPortOf,
} from "../service-endpoints/service-pods.ts";
import { sortByHash } from "../service-endpoints/sort-by-hash.ts";

/**
 * What slices of a service are made of.
 * @see kubernetes staging/src/k8s.io/endpointslice/utils.go
 */

export const SERVICE_NAME = "kubernetes.io/service-name";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";
const ZONE = "topology.kubernetes.io/zone";
const SERVICE = { apiVersion: "v1", kind: "Service" };

export type IpFamily = "IPv4" | "IPv6";

/** The families of a service's addresses; both for a headless service that does not say. */
export function familiesOf({ spec }: Readonly<Service>): readonly IpFamily[] {
  const { ipFamilies = [], clusterIP = "" } = spec ?? {};
  const known = (["IPv4", "IPv6"] as const).filter((family) => ipFamilies.includes(family));
  if (known.length > 0) return known;
  if (clusterIP === "" || clusterIP === "None") return ["IPv4", "IPv6"];
  return [isIpv6(clusterIP) ? "IPv6" : "IPv4"];
}

/** @param node - The pod's, to know its zone; undefined when it is not there. */
export function endpointOf(
  pod: Readonly<Pod>,
  node: Readonly<Node> | undefined,
  service: Readonly<Service>,
  family: IpFamily,
): Endpoint {
  const { namespace = "", name = "", uid = "", deletionTimestamp } = pod.metadata;
  const nodeName = pod.spec?.nodeName ?? "";
  const zone = node?.metadata.labels?.[ZONE] ?? "";
  const hostname = hostnameOf(pod, service);
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [...addressesOf(pod, family)],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName === "" ? {} : { nodeName }),
    ...(zone === "" ? {} : { zone }),
  };
}

/** Where a pod of a service listens; ports that it has no name for are left out. */
export function portsOf(
  { spec }: Readonly<Service>,
  pod: Readonly<Pod>,
): readonly DiscoveryV1EndpointPort[] {
  return (spec?.ports ?? []).flatMap((port) => {
    const number = targetPortOf(pod, port);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    const more = appProtocol === undefined ? {} : { appProtocol };
    return [{ name, protocol, port: number, ...more }];
  });
}

/** Ports that are the same in whatever order have the same text, and are in the same order. */
export function portSet(ports: readonly DiscoveryV1EndpointPort[]): {
  readonly key: string;
  readonly ports: readonly DiscoveryV1EndpointPort[];
} {
  const sorted = sortByHash("discovery.v1.EndpointPort", ports);
  const key = JSON.stringify(
    sorted.map(({ name, protocol, port, appProtocol }) => [name, protocol, port, appProtocol]),
  );
  return { key, ports: sorted };
}

/** A slice without endpoints, to be created. */
export function newSlice(
  service: Readonly<Service>,
  addressType: AddressType,
  ports: readonly DiscoveryV1EndpointPort[],
): EndpointSlice {
  const { name = "", namespace = "" } = service.metadata;
  const prefix = `${name}-`;
  return {
    metadata: {
      generateName: nameIsDnsSubdomain(prefix, true).length === 0 ? prefix : name,
      namespace,
      labels: sliceLabels(service),
      ownerReferences: [newControllerRef(SERVICE, service)],
    },
    addressType,
    endpoints: [],
    ports: [...ports],
  };
}

/** The service's own, and those that tell what the slice is. */
export function sliceLabels(service: Readonly<Service>): Record<string, string> {
  return {
    ...withoutReserved(service.metadata.labels),
    ...(hasClusterIp(service) ? {} : { [HEADLESS]: "" }),
    [SERVICE_NAME]: service.metadata.name ?? "",
    [MANAGED_BY]: MANAGER,
  };
}

/** Whether a slice has other labels than its service; those that tell what it is do not count. */
export function hasOtherLabels(
  slice: Readonly<EndpointSlice>,
  service: Readonly<Service>,
): boolean {
  return !semanticEqual(
    withoutReserved(slice.metadata.labels),
    withoutReserved(service.metadata.labels),
  );
}

function withoutReserved(labels: Readonly<Record<string, string>> | undefined) {
  const {
    [SERVICE_NAME]: _name,
    [MANAGED_BY]: _manager,
    [HEADLESS]: _headless,
    ...rest
  } = labels ?? {};
  return rest;
}

export function isOwnedBy(slice: Readonly<EndpointSlice>, service: Readonly<Service>): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    ({ uid, kind, apiVersion }) =>
      uid === service.metadata.uid && kind === SERVICE.kind && apiVersion === SERVICE.apiVersion,
  );
}

import type { Container, Pod, Service, ServicePort } from "../../api/types.ts";
import { isIpv6, parseIpAddress, printIpAddress } from "../../api/validation/ip-address.ts";
import type { Lister } from "../../informer/lister.ts";
import { isPodReady, isPodTerminal } from "../pod-state.ts";

/**
 * Which pods are behind a service, and where they listen.
 * @see kubernetes staging/src/k8s.io/endpointslice/util/controller_utils.go, ../utils.go
 */

/** Whether controllers look for the pods of a service; others have what somebody else wrote. */
export function selectsPods({ spec }: Readonly<Service>): boolean {
  return spec?.type !== "ExternalName" && Object.keys(spec?.selector ?? {}).length > 0;
}

/** Whether a service wants a pod of these labels; without a selector it wants none. */
export function selects(
  { spec }: Readonly<Service>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const wanted = Object.entries(spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}

/** The pods of a service, in the order of their names. */
export function podsOf(service: Readonly<Service>, pods: Lister<Pod>): readonly Readonly<Pod>[] {
  const found = [...pods.list(service.metadata.namespace ?? "")].filter(({ metadata }) =>
    selects(service, metadata.labels),
  );
  const nameOf = ({ metadata }: Readonly<Pod>): string => metadata.name ?? "";
  return found.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

/** Whether there is something to connect to: it runs, or is about to, and has an address. */
export function isReachable(pod: Readonly<Pod>, evenIfItGoes: boolean): boolean {
  const { status, metadata } = pod;
  const hasAddress = (status?.podIP ?? "") !== "" || (status?.podIPs ?? []).length > 0;
  if (isPodTerminal(pod) || !hasAddress) return false;
  return evenIfItGoes || metadata.deletionTimestamp === undefined;
}

/** The addresses of a pod that are of a family, as they are usually written. */
export function addressesOf({ status }: Readonly<Pod>, family: "IPv4" | "IPv6"): readonly string[] {
  return (status?.podIPs ?? []).flatMap(({ ip = "" }) => {
    const address = parseIpAddress(ip);
    const isWanted = address !== undefined && isIpv6(ip) === (family === "IPv6");
    return isWanted ? [printIpAddress(address)] : [];
  });
}

/** The name of a pod below that of its headless service; undefined when it has none. */
export function hostnameOf(
  { metadata, spec }: Readonly<Pod>,
  service: Readonly<Service>,
): string | undefined {
  const { hostname = "", subdomain } = spec ?? {};
  const isBelow =
    subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;
  return hostname !== "" && isBelow ? hostname : undefined;
}

/** Whether a service has an address of its own: others are headless. */
export function hasClusterIp({ spec }: Readonly<Service>): boolean {
  const { clusterIP = "" } = spec ?? {};
  return clusterIP !== "" && clusterIP !== "None";
}

/** The port of a pod that a service's port leads to; undefined when none of its containers names it. */
export function targetPortOf(
  { spec }: Readonly<Pod>,
  { targetPort, protocol }: ServicePort,
): number | undefined {
  if (typeof targetPort !== "string") return targetPort ?? 0;
  const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === "Always";
  const containers = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []).filter(isSidecar),
  ];
  for (const { ports = [] } of containers) {
    const found = ports.find((port) => port.name === targetPort && port.protocol === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** What of a pod has changed that services want to know. */
export interface PodChange {
  /** Which services it belongs to. */
  readonly membership: boolean;
  /** How it is reached, or whether. */
  readonly reachability: boolean;
}

export function podChange(before: Readonly<Pod>, after: Readonly<Pod>): PodChange {
  const labels = ({ metadata }: Readonly<Pod>): string =>
    JSON.stringify(Object.entries(metadata.labels ?? {}).sort());
  const place = ({ spec }: Readonly<Pod>): string => `${spec?.hostname}.${spec?.subdomain}`;
  const addresses = ({ status }: Readonly<Pod>): string =>
    (status?.podIPs ?? []).map(({ ip }) => ip).join();
  return {
    membership: labels(before) !== labels(after) || place(before) !== place(after),
    reachability:
      before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
      isPodReady(before) !== isPodReady(after) ||
      addresses(before) !== addresses(after),
  };
}

import type {
  DiscoveryV1EndpointPort,
  EndpointSlice,
  Endpoints,
  Service,
  ServicePort,
} from "../../api/types.ts";
import { isIpv6 } from "../../api/validation/ip-address.ts";
import { firstOf, labelsText, NONE, UNSET } from "./cell-texts.ts";
import { type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { ingressPoints } from "./ingress-points.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** Where a service is reached from outside. */
function externalIp({ spec, status }: Readonly<Service>): string {
  const fixed = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return fixed.length > 0 ? fixed.join(",") : NONE;
    case "LoadBalancer": {
      const points = ingressPoints(status?.loadBalancer?.ingress);
      const all = points === "" ? fixed : [points, ...fixed];
      return all.length > 0 ? all.join(",") : "<pending>";
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

/** `80/TCP`, or `80:30080/TCP` with the port of the nodes. */
function servicePort({ port, nodePort, protocol }: ServicePort): string {
  const place = nodePort ? `${port}:${nodePort}` : `${port}`;
  return `${place}/${protocol ?? ""}`;
}

function hostPort(ip: string, port: number): string {
  return isIpv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Every address with every port of its subset. */
function endpointList({ subsets }: Readonly<Endpoints>): string[] {
  return (subsets ?? []).flatMap(({ addresses, ports }) => {
    const ips = (addresses ?? []).map(({ ip }) => ip);
    if ((ports ?? []).length === 0) return ips;
    return (ports ?? []).flatMap(({ port }) => ips.map((ip) => hostPort(ip, port)));
  });
}

function slicePort({ port, name }: DiscoveryV1EndpointPort): string {
  return port === undefined ? (name ?? "*") : String(port);
}

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const servicePrinters: PrintersByResource = {
  endpoints: printer<Endpoints>(
    [NAME_COLUMN, text("Endpoints", "Addresses and ports behind the service."), AGE_COLUMN],
    (endpoints, now) => [
      endpoints.metadata.name ?? "",
      // Upstream shows nothing at all for subsets that are there but have no address.
      (endpoints.subsets ?? []).length === 0 ? NONE : firstOf(endpointList(endpoints), ""),
      ageOf(endpoints.metadata.creationTimestamp, now),
    ],
  ),
  services: printer<Service>(
    [
      NAME_COLUMN,
      text("Type", "How the service is reached."),
      text("Cluster-IP", "Its first address inside the cluster."),
      text("External-IP", "Its addresses or name outside."),
      text("Port(s)", "Its ports, with those of the nodes."),
      AGE_COLUMN,
      wideText("Selector", "Labels of the pods behind it."),
    ],
    (service, now) => {
      const { metadata, spec } = service;
      return [
        metadata.name ?? "",
        spec?.type ?? "",
        spec?.clusterIPs?.[0] ?? NONE,
        externalIp(service),
        (spec?.ports ?? []).map(servicePort).join(",") || NONE,
        ageOf(metadata.creationTimestamp, now),
        labelsText(spec?.selector),
      ];
    },
  ),
};

export const endpointSlices: TablePrinter = printer<EndpointSlice>(
  [
    NAME_COLUMN,
    text("AddressType", "What kind of addresses the slice holds."),
    text("Ports", "Ports of every endpoint in the slice."),
    text("Endpoints", "Addresses in the slice."),
    AGE_COLUMN,
  ],
  ({ metadata, addressType, ports, endpoints }, now) => [
    metadata.name ?? "",
    addressType ?? "",
    firstOf((ports ?? []).map(slicePort), UNSET),
    firstOf(
      (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
      UNSET,
    ),
    ageOf(metadata.creationTimestamp, now),
  ],
);

import type {
  Ingress,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
} from "../../api/types.ts";
import { NONE, selectorText } from "./cell-texts.ts";
import { type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { ingressPoints } from "./ingress-points.ts";
import { AGE_COLUMN, NAME_COLUMN } from "./table-printer.ts";

const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
const HOSTS_SHOWN = 3;

/** The first three hosts; rules without one count when the rest is counted, as upstream counts them. */
function hostsText({ spec }: Readonly<Ingress>): string {
  const rules = spec?.rules ?? [];
  const hosts: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (hosts.length === HOSTS_SHOWN) more = true;
    else if (host) hosts.push(host);
  }
  if (hosts.length === 0) return "*";
  const shown = hosts.join(",");
  return more ? `${shown} + ${rules.length - HOSTS_SHOWN} more...` : shown;
}

/** `Kind.group/name` of a class's settings. */
function parametersText({ spec }: Readonly<IngressClass>): string {
  const parameters = spec?.parameters;
  if (parameters === undefined) return NONE;
  const { kind, apiGroup, name } = parameters;
  return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
}

/** `resource.group/namespace/name` of what an address belongs to. */
function parentText({ spec }: Readonly<IPAddress>): string {
  const parent = spec?.parentRef;
  if (parent === undefined) return NONE;
  const { group = "", resource, namespace = "", name } = parent;
  const kind = (group === "" ? resource : `${resource}.${group}`).toLowerCase();
  return namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const networkingPrinters: PrintersByResource = {
  ingressclasses: printer<IngressClass>(
    [
      NAME_COLUMN,
      text("Controller", "Who serves ingresses of the class."),
      text("Parameters", "The object with settings for the controller."),
      AGE_COLUMN,
    ],
    (ingressClass, now) => {
      const { metadata, spec } = ingressClass;
      const isDefault = metadata.annotations?.[DEFAULT_CLASS] === "true";
      return [
        (metadata.name ?? "") + (isDefault ? " (default)" : ""),
        spec?.controller ?? "",
        parametersText(ingressClass),
        ageOf(metadata.creationTimestamp, now),
      ];
    },
  ),
  ingresses: printer<Ingress>(
    [
      NAME_COLUMN,
      text("Class", "Class of the ingress, which says who serves it."),
      text("Hosts", "Hosts that its rules name."),
      text("Address", "Where it is reached from outside."),
      text("Ports", "Its ports; 443 when it has certificates."),
      AGE_COLUMN,
    ],
    (ingress, now) => {
      const { metadata, spec, status } = ingress;
      return [
        metadata.name ?? "",
        spec?.ingressClassName ?? NONE,
        hostsText(ingress),
        ingressPoints(status?.loadBalancer?.ingress),
        (spec?.tls ?? []).length > 0 ? "80, 443" : "80",
        ageOf(metadata.creationTimestamp, now),
      ];
    },
  ),
  // Upstream prints an age without a column for it.
  ipaddresses: printer<IPAddress>(
    [NAME_COLUMN, text("ParentRef", "The object that has the address.")],
    (address, now) => [
      address.metadata.name ?? "",
      parentText(address),
      ageOf(address.metadata.creationTimestamp, now),
    ],
  ),
  networkpolicies: printer<NetworkPolicy>(
    [NAME_COLUMN, text("Pod-Selector", "Labels of the pods that it governs."), AGE_COLUMN],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      selectorText(spec?.podSelector),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  servicecidrs: printer<ServiceCIDR>(
    [NAME_COLUMN, text("CIDRs", "Ranges from which services get addresses."), AGE_COLUMN],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      (spec?.cidrs ?? []).join(","),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
};

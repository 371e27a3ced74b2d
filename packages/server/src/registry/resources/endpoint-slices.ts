/** @see kubernetes pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/validation */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
  tooMany,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkStrictIp } from "../../api/validation/cidr.ts";
import { equalEntries, semanticEqual } from "../../api/validation/equality.ts";
import {
  checkComplaints,
  checkDnsLabel,
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import {
  checkEndpointIp,
  checkIpAddress,
  ipAddressWarnings,
  isIpv6,
} from "../../api/validation/ip-address.ts";
import {
  dnsLabelComplaints,
  dnsSubdomainComplaints,
  labelValueComplaints,
  nameIsDnsSubdomain,
} from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";

interface Endpoint {
  addresses?: string[] | null;
  hostname?: string | null;
  nodeName?: string | null;
  hints?: { forZones?: { name?: string }[] | null; forNodes?: { name?: string }[] | null } | null;
  deprecatedTopology?: Record<string, string>;
}

interface EndpointPort {
  name?: string | null;
  protocol?: string | null;
  port?: number | null;
  appProtocol?: string | null;
}

interface EndpointSlice extends KubeObject {
  addressType?: string;
  endpoints?: Endpoint[] | null;
  ports?: EndpointPort[] | null;
}

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
/** Limits of upstream's validation.go. */
const ADDRESSES_MAX = 100;
const PORTS_MAX = 20_000;
const ENDPOINTS_MAX = 1000;
const HINTS_MAX = 8;

const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
/** Their slices repeat what others wrote, who have been warned already. */
const CONTROLLERS = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

function checkFqdn(text: string, path: FieldPath, errors: FieldErrors): void {
  if (text === "") {
    errors.push(required(path));
    return;
  }
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const complaints = dnsSubdomainComplaints(name);
  const labels = name.split(".");
  const bad = labels.find((label) => dnsLabelComplaints(label).length > 0);
  if (complaints.length > 0) errors.push(invalidValue(path, name, complaints.join(",")));
  else if (labels.length < 2) {
    const detail = "should be a domain with at least two segments separated by dots";
    errors.push(invalidValue(path, name, detail));
  } else if (bad !== undefined) {
    errors.push(invalidValue(path, bad, dnsLabelComplaints(bad).join(",")));
  }
}

/** @param path - of the list */
function checkAddress(
  address: string,
  index: number,
  type: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const field = path.index(index);
  if (type === "FQDN") {
    checkFqdn(address, field, errors);
    return;
  }
  if (type !== "IPv4" && type !== "IPv6") return;
  const before = errors.length;
  if (type === "IPv6") checkStrictIp(address, field, errors);
  else checkIpAddress(address, field, errors);
  if (errors.length > before) return;
  if (isIpv6(address) !== (type === "IPv6")) {
    errors.push(invalidValue(path, address, `must be an ${type} address`));
  }
  checkEndpointIp(address, field, errors);
}

function checkHints(
  items: readonly { name?: string }[],
  path: FieldPath,
  complaintsOf: (name: string) => readonly string[],
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  items.forEach(({ name = "" }, index) => {
    const field = path.index(index).child("name");
    if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
    checkComplaints(name, complaintsOf(name), field, errors);
  });
}

function checkEndpointHints(
  hints: NonNullable<Endpoint["hints"]>,
  path: FieldPath,
  errors: FieldErrors,
) {
  const zones = hints.forZones ?? [];
  const nodes = hints.forNodes ?? [];
  if (zones.length > HINTS_MAX) {
    errors.push(tooMany(path.child("forZones"), zones.length, HINTS_MAX));
    return;
  }
  checkHints(zones, path.child("forZones"), labelValueComplaints, errors);
  if (nodes.length > HINTS_MAX) {
    errors.push(tooMany(path.child("forNodes"), nodes.length, HINTS_MAX));
    return;
  }
  checkHints(nodes, path.child("forNodes"), (name) => nameIsDnsSubdomain(name, false), errors);
}

function checkEndpoint(endpoint: Endpoint, type: string, path: FieldPath, errors: FieldErrors) {
  const addresses = endpoint.addresses ?? [];
  const list = path.child("addresses");
  if (addresses.length === 0) errors.push(required(list, "must contain at least 1 address"));
  else if (addresses.length > ADDRESSES_MAX) {
    errors.push(tooMany(list, addresses.length, ADDRESSES_MAX));
  }
  addresses.forEach((address, index) => {
    checkAddress(address, index, type, list, errors);
  });
  const { nodeName, hostname, hints } = endpoint;
  if (nodeName != null) {
    const complaints = nameIsDnsSubdomain(nodeName, false);
    checkComplaints(nodeName, complaints, path.child("nodeName"), errors);
  }
  if (hostname != null) checkDnsLabel(hostname, path.child("hostname"), errors);
  if (hints != null) checkEndpointHints(hints, path.child("hints"), errors);
}

function endpointErrors(slice: EndpointSlice): FieldErrors {
  const errors: FieldErrors = [];
  const path = root("endpoints");
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > ENDPOINTS_MAX) return [tooMany(path, endpoints.length, ENDPOINTS_MAX)];
  endpoints.forEach((endpoint, index) => {
    checkEndpoint(endpoint, slice.addressType ?? "", path.index(index), errors);
  });
  return errors;
}

function checkPorts(ports: readonly EndpointPort[], errors: FieldErrors): void {
  const path = root("ports");
  if (ports.length > PORTS_MAX) {
    errors.push(tooMany(path, ports.length, PORTS_MAX));
    return;
  }
  const names = new Set<string>();
  ports.forEach(({ name, protocol, appProtocol }, index) => {
    const at = path.index(index);
    const known = name ?? "";
    if (known !== "") checkDnsLabel(known, at.child("name"), errors);
    if (names.has(known)) errors.push(duplicate(at.child("name"), known));
    names.add(known);
    if (protocol == null) errors.push(required(at.child("protocol")));
    else if (!PROTOCOLS.includes(protocol)) {
      errors.push(notSupported(at.child("protocol"), protocol, PROTOCOLS));
    }
    if (appProtocol != null) checkQualifiedName(appProtocol, at.child("appProtocol"), errors);
  });
}

function validate(object: KubeObject, old?: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const slice = object as EndpointSlice;
  const type = slice.addressType ?? "";
  const field = root("addressType");
  if (type === "") errors.push(required(field));
  else if (!ADDRESS_TYPES.includes(type)) errors.push(notSupported(field, type, ADDRESS_TYPES));
  checkPorts(slice.ports ?? [], errors);
  const unchanged = old !== undefined && semanticEqual(slice.endpoints, old.endpoints);
  if (!unchanged) errors.push(...endpointErrors(slice));
  if (old !== undefined && type !== ((old as EndpointSlice).addressType ?? "")) {
    errors.push(invalidValue(field, type, IMMUTABLE));
  }
  return errors;
}

function addressWarnings(object: KubeObject): string[] {
  const { endpoints, metadata } = object as EndpointSlice;
  if (CONTROLLERS.includes(metadata.labels?.[MANAGED_BY] ?? "")) return [];
  return (endpoints ?? []).flatMap(({ addresses }, index) =>
    (addresses ?? []).flatMap((address, at) =>
      ipAddressWarnings(address, root("endpoints").index(index).child("addresses").index(at)),
    ),
  );
}

/** Topology was free text in an older version; this one has fields for what was left of it. */
function dropTopology(object: KubeObject, old?: KubeObject): void {
  if (old !== undefined && semanticEqual(object.endpoints, old.endpoints)) return;
  for (const endpoint of (object as EndpointSlice).endpoints ?? []) {
    delete endpoint.deprecatedTopology;
  }
}

export const endpointSlicesStrategy: Strategy = {
  group: "discovery.k8s.io",
  resource: "endpointslices",
  updateChecks: ["whole", "own"],
  defaults: (object) => {
    for (const port of (object as EndpointSlice).ports ?? []) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
  },
  prepareForCreate: (object) => dropTopology(object),
  validateCreate: (object) => validate(object),
  warningsOnCreate: (object) => [
    ...((object as EndpointSlice).addressType === "FQDN"
      ? ["spec.addressType: FQDN endpoints are deprecated"]
      : []),
    ...addressWarnings(object),
  ],
  prepareForUpdate: dropTopology,
  validateUpdate: validate,
  warningsOnUpdate: addressWarnings,
  changesGeneration: (object, old) =>
    ["addressType", "endpoints", "ports"].some((name) => !semanticEqual(object[name], old[name])) ||
    !equalEntries(object.metadata.labels, old.metadata.labels),
};

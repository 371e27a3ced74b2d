import type {
  AddressType,
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointAddress,
  EndpointPort,
  EndpointSlice,
  Endpoints,
} from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { isIpv6, parseIpAddress, printIpAddress } from "../../api/validation/ip-address.ts";
import { nameIsDnsSubdomain } from "../../api/validation/names.ts";
import { newControllerRef } from "../controller-ref.ts";
import { endpointKey, isSameState } from "../endpoint-slice/endpoint-set.ts";
import { MANAGED_BY, portSet, SERVICE_NAME } from "../endpoint-slice/service-slice.ts";
import { repackSubsets } from "../endpoints/subsets.ts";
import { TRIGGER_TIME } from "../service-endpoints/trigger-times.ts";

/**
 * Slices that say what Endpoints of somebody say. Pure functions.
 * @see kubernetes pkg/controller/endpointslicemirroring (reconciler.go, utils.go)
 */

export const MIRRORING_MANAGER = "endpointslicemirroring-controller.k8s.io";
/** Of one subset not more is mirrored. @see config/v1alpha1/defaults.go (MirroringMaxEndpointsPerSubset) */
export const MAX_MIRRORED = 1_000;
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const ENDPOINTS = { apiVersion: "v1", kind: "Endpoints" };

type Family = Extract<AddressType, "IPv4" | "IPv6">;

/** What one slice should hold: endpoints of a family that have the same ports, by what they are. */
interface Wanted {
  readonly family: Family;
  readonly ports: readonly DiscoveryV1EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** What is to be done, in this order. */
export interface MirrorPlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly Readonly<EndpointSlice>[];
  /** How many addresses there was no room for. */
  readonly skipped: number;
}

/** @param existing - the slices that mirror these Endpoints already */
export function planMirror(
  endpoints: Readonly<Endpoints>,
  existing: readonly Readonly<EndpointSlice>[],
): MirrorPlan {
  const { wanted, skipped } = wantedOf(endpoints);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove: Readonly<EndpointSlice>[] = [];
  const byKey = Map.groupBy(existing, (slice) => keyOfSlice(slice.addressType, slice.ports ?? []));
  for (const [key, each] of wanted) {
    const [first, ...others] = byKey.get(key) ?? [];
    byKey.delete(key);
    remove.push(...others);
    if (first === undefined) {
      if (each.endpoints.size > 0) create.push(mirrorSlice(endpoints, each));
    } else if (each.endpoints.size === 0) remove.push(first);
    else if (!isMirror(first, endpoints, each)) {
      update.push(mirrorSlice(endpoints, each, first.metadata.name));
    }
  }
  for (const slices of byKey.values()) remove.push(...slices);
  return { ...recycle(create, update, remove), skipped };
}

function wantedOf({ subsets }: Readonly<Endpoints>) {
  const wanted = new Map<string, Wanted>();
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of repackSubsets(
    subsets ?? [],
  )) {
    const { ports: sorted } = portSet(ports.map(portOf));
    const of = (family: Family): Wanted => {
      const key = keyOfSlice(family, sorted);
      const known = wanted.get(key) ?? { family, ports: sorted, endpoints: new Map() };
      wanted.set(key, known);
      return known;
    };
    const families = { IPv4: of("IPv4"), IPv6: of("IPv6") };
    const all = [
      ...addresses.map((address) => endpointOf(address, true)),
      ...notReadyAddresses.map((address) => endpointOf(address, false)),
    ];
    for (const endpoint of all.slice(0, MAX_MIRRORED)) {
      const family = isIpv6(endpoint.addresses[0] ?? "") ? "IPv6" : "IPv4";
      families[family].endpoints.set(endpointKey(endpoint), endpoint);
    }
    skipped += Math.max(0, all.length - MAX_MIRRORED);
  }
  return { wanted, skipped };
}

function keyOfSlice(family: string, ports: readonly DiscoveryV1EndpointPort[]): string {
  return `${family} ${portSet(ports).key}`;
}

function portOf({ name = "", port, protocol, appProtocol }: EndpointPort): DiscoveryV1EndpointPort {
  return {
    name,
    port,
    protocol: protocol ?? "TCP",
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

function endpointOf(
  { ip = "", hostname = "", nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): Endpoint {
  const parsed = parseIpAddress(ip);
  return {
    addresses: [parsed === undefined ? ip : printIpAddress(parsed)],
    conditions: { ready },
    ...(hostname === "" ? {} : { hostname }),
    ...(targetRef === undefined ? {} : { targetRef }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

/** Whether a slice says all that it should, and nothing else. */
function isMirror(
  slice: Readonly<EndpointSlice>,
  endpoints: Readonly<Endpoints>,
  { endpoints: wanted }: Wanted,
): boolean {
  const present = slice.endpoints ?? [];
  const { labels = {}, annotations = {}, ownerReferences = [] } = slice.metadata;
  const { [MANAGED_BY]: _manager, [SERVICE_NAME]: _service, ...ownLabels } = labels;
  const { name, uid } = endpoints.metadata;
  return (
    present.length === wanted.size &&
    present.every((endpoint) => {
      const same = wanted.get(endpointKey(endpoint));
      return same !== undefined && isSameState(same, endpoint);
    }) &&
    semanticEqual(ownLabels, endpoints.metadata.labels ?? {}) &&
    semanticEqual(annotations, mirroredAnnotations(endpoints)) &&
    // Endpoints that were deleted and made anew are others.
    !ownerReferences.some(
      (owner) => owner.kind === ENDPOINTS.kind && owner.name === name && owner.uid !== uid,
    )
  );
}

function mirroredAnnotations({ metadata }: Readonly<Endpoints>): Record<string, string> {
  const { [TRIGGER_TIME]: _time, [LAST_APPLIED]: _applied, ...others } = metadata.annotations ?? {};
  return others;
}

function mirrorSlice(
  endpoints: Readonly<Endpoints>,
  { family, ports, endpoints: wanted }: Wanted,
  sliceName?: string,
): EndpointSlice {
  const { name = "", namespace = "", labels } = endpoints.metadata;
  const prefix = `${name}-`;
  const generateName = nameIsDnsSubdomain(prefix, true).length === 0 ? prefix : name;
  return {
    metadata: {
      ...(sliceName === undefined ? { generateName } : { name: sliceName }),
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MIRRORING_MANAGER },
      annotations: mirroredAnnotations(endpoints),
      ownerReferences: [newControllerRef(ENDPOINTS, endpoints)],
    },
    addressType: family,
    endpoints: [...wanted.values()].slice(0, MAX_MIRRORED),
    ports: [...ports],
  };
}

/** What would be deleted is given other contents instead, where a slice of its family is to be created. */
function recycle(
  create: readonly EndpointSlice[],
  update: readonly EndpointSlice[],
  remove: readonly Readonly<EndpointSlice>[],
): Pick<MirrorPlan, "create" | "update" | "remove"> {
  const left = [...remove];
  const made: EndpointSlice[] = [];
  const changed = [...update];
  for (const slice of create) {
    const index = left.findIndex(({ addressType }) => addressType === slice.addressType);
    const [old] = index < 0 ? [] : left.splice(index, 1);
    if (old === undefined) made.push(slice);
    else changed.push({ ...slice, metadata: { ...slice.metadata, name: old.metadata.name ?? "" } });
  }
  return { create: made, update: changed, remove: left };
}

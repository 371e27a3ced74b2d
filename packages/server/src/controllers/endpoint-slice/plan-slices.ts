import type {
  DiscoveryV1EndpointPort,
  EndpointSlice,
  Node,
  Pod,
  Service,
} from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { isReachable } from "../service-endpoints/service-pods.ts";
import { EndpointSet } from "./endpoint-set.ts";
import { fillSlices, type SliceChanges } from "./fill-slices.ts";
import {
  endpointOf,
  familiesOf,
  type IpFamily,
  isOwnedBy,
  newSlice,
  portSet,
  portsOf,
} from "./service-slice.ts";
import { withHints } from "./traffic-hints.ts";

export interface SlicePlan extends SliceChanges {
  /** Why pods are left out, for now. */
  readonly problems: readonly string[];
}

export interface SliceFacts {
  readonly service: Readonly<Service>;
  readonly pods: readonly Readonly<Pod>[];
  /** Of the service, and of no other. */
  readonly slices: readonly Readonly<EndpointSlice>[];
  readonly nodeOf: (name: string) => Readonly<Node> | undefined;
}

/**
 * What is to be done so that a service's slices hold its endpoints.
 * @see kubernetes staging/src/k8s.io/endpointslice/reconciler.go (Reconcile)
 */
export function planSlices(facts: SliceFacts): SlicePlan {
  const families = familiesOf(facts.service);
  const isFamily = (type: string): type is IpFamily => families.some((family) => family === type);
  const plans = families.map((family) => planFamily(facts, family));
  const foreign = facts.slices.filter(({ addressType }) => !isFamily(addressType));
  return {
    create: plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [...plans.flatMap(({ remove }) => remove), ...foreign],
    problems: plans.flatMap(({ problems }) => problems),
  };
}

interface PortGroup {
  readonly ports: readonly DiscoveryV1EndpointPort[];
  readonly endpoints: EndpointSet;
}

function planFamily(facts: SliceFacts, family: IpFamily): SlicePlan {
  const { service } = facts;
  const slices = facts.slices.filter(({ addressType }) => addressType === family);
  const existing = Map.groupBy(
    slices.filter((slice) => isOwnedBy(slice, service)),
    ({ ports }) => portSet(ports ?? []).key,
  );
  const { groups, problems } = groupByPorts(facts, family);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  // Of a service of the same name that was here before.
  const remove = slices.filter((slice) => !isOwnedBy(slice, service));
  for (const [key, { ports, endpoints }] of groups) {
    const make = (): EndpointSlice => newSlice(service, family, ports);
    const changes = fillSlices(service, existing.get(key) ?? [], endpoints, make);
    create.push(...changes.create);
    update.push(...changes.update);
    remove.push(...changes.remove);
  }
  for (const [key, outdated] of existing) if (!groups.has(key)) remove.push(...outdated);
  const changes = withPlaceholder(service, family, { create, update, remove }, slices.length);
  return { ...reuse(withHints(service, changes, slices), service), problems };
}

/** Endpoints with the same ports share slices. */
function groupByPorts({ service, pods, nodeOf }: SliceFacts, family: IpFamily) {
  const groups = new Map<string, PortGroup>();
  const problems: string[] = [];
  for (const pod of pods) {
    if (!isReachable(pod, true)) continue;
    const { key, ports } = portSet(portsOf(service, pod));
    const group = groups.get(key) ?? { ports, endpoints: new EndpointSet() };
    groups.set(key, group);
    const { namespace, name } = service.metadata;
    const nodeName = pod.spec?.nodeName ?? "";
    const node = nodeOf(nodeName);
    if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
      problems.push(
        `skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`,
      );
      continue;
    }
    const endpoint = endpointOf(pod, node, service, family);
    if (endpoint.addresses.length > 0) group.endpoints.add(endpoint);
  }
  return { groups, problems };
}

/** A service without endpoints has one slice that says so. */
function withPlaceholder(
  service: Readonly<Service>,
  family: IpFamily,
  changes: SliceChanges,
  existing: number,
): SliceChanges {
  const { create, update, remove } = changes;
  if (create.length > 0 || remove.length < existing) return changes;
  const placeholder = newSlice(service, family, []);
  const [only, second] = remove;
  const isThere =
    only !== undefined && second === undefined && isSamePlaceholder(only, placeholder);
  return isThere ? { create, update, remove: [] } : { create: [placeholder], update, remove };
}

function isSamePlaceholder(slice: Readonly<EndpointSlice>, placeholder: EndpointSlice): boolean {
  const { labels, namespace } = slice.metadata;
  return (
    namespace === placeholder.metadata.namespace &&
    (slice.endpoints ?? []).length === 0 &&
    (slice.ports ?? []).length === 0 &&
    semanticEqual(labels ?? {}, placeholder.metadata.labels ?? {})
  );
}

/** Slices that would go become those that would come. */
function reuse({ create, update, remove }: SliceChanges, service: Readonly<Service>): SliceChanges {
  const left = [...create];
  const reused: EndpointSlice[] = [];
  const gone = remove.filter((slice) => {
    const next = isOwnedBy(slice, service) ? left.pop() : undefined;
    if (next === undefined) return true;
    const { name = "" } = slice.metadata;
    reused.push({ ...next, metadata: { ...next.metadata, name } });
    return false;
  });
  return { create: left, update: [...update, ...reused], remove: gone };
}

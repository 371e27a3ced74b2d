import type { EndpointSlice, Service } from "../../api/types.ts";
import { type EndpointSet, isSameState } from "./endpoint-set.ts";
import { hasOtherLabels, sliceLabels } from "./service-slice.ts";

/** What is to be done about slices. Nothing of it changes what was there. */
export interface SliceChanges {
  readonly create: EndpointSlice[];
  readonly update: EndpointSlice[];
  readonly remove: EndpointSlice[];
}

/** So many endpoints one slice holds. @see kubernetes pkg/controller/endpointslice/config/v1alpha1/defaults.go */
export const MAX_ENDPOINTS = 100;

/**
 * Puts endpoints that have the same ports into slices, so that as few slices as possible change:
 * those that must change anyway are filled up first, then one that has room, then new ones.
 * @param wanted - Is empty afterwards.
 * @param make - A new slice of these ports.
 * @see kubernetes staging/src/k8s.io/endpointslice/reconciler.go (reconcileByPortMapping)
 */
export function fillSlices(
  service: Readonly<Service>,
  existing: readonly Readonly<EndpointSlice>[],
  wanted: EndpointSet,
  make: () => EndpointSlice,
): SliceChanges {
  const unchanged: Readonly<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept = keepWanted(slice, wanted);
    const labels = sliceLabels(service);
    const relabelled = { ...slice, metadata: { ...slice.metadata, labels } };
    if (kept.isChanged && kept.endpoints.length === 0) remove.push(slice);
    else if (kept.isChanged) update.push({ ...relabelled, endpoints: kept.endpoints });
    else if (hasOtherLabels(slice, service)) update.push(relabelled);
    else unchanged.push(slice);
  }
  for (const slice of update.toSorted((left, right) => sizeOf(right) - sizeOf(left))) {
    fill(slice, wanted);
  }
  const create: EndpointSlice[] = [];
  while (wanted.size > 0) {
    const spacious = wanted.size < MAX_ENDPOINTS ? closestFit(unchanged, wanted.size) : undefined;
    if (spacious === undefined) {
      create.push(fill(make(), wanted));
      continue;
    }
    unchanged.splice(unchanged.indexOf(spacious), 1);
    update.push(fill({ ...spacious }, wanted));
  }
  return { create, update, remove };
}

/** The endpoints of a slice that are wanted still, as they should be. */
function keepWanted(slice: Readonly<EndpointSlice>, wanted: EndpointSet) {
  const before = slice.endpoints ?? [];
  let isChanged = false;
  const endpoints = before.flatMap((endpoint) => {
    const current = wanted.take(endpoint);
    if (current === undefined) return [];
    isChanged ||= !isSameState(current, endpoint);
    return [current];
  });
  return { endpoints, isChanged: isChanged || endpoints.length !== before.length };
}

function sizeOf({ endpoints }: Readonly<EndpointSlice>): number {
  return endpoints?.length ?? 0;
}

function fill(slice: EndpointSlice, wanted: EndpointSet): EndpointSlice {
  const more = wanted.takeSome(MAX_ENDPOINTS - sizeOf(slice));
  slice.endpoints = [...(slice.endpoints ?? []), ...more];
  return slice;
}

/** The slice that is nearest to full when it takes so many more. */
function closestFit(
  slices: readonly Readonly<EndpointSlice>[],
  count: number,
): Readonly<EndpointSlice> | undefined {
  let closest: Readonly<EndpointSlice> | undefined;
  for (const slice of slices) {
    const hasRoom = sizeOf(slice) + count <= MAX_ENDPOINTS;
    if (hasRoom && (closest === undefined || sizeOf(slice) > sizeOf(closest))) closest = slice;
  }
  return closest;
}

import type { Endpoint, EndpointHints, EndpointSlice, Service } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import type { SliceChanges } from "./fill-slices.ts";

/**
 * Who should use an endpoint, where a service prefers what is near.
 * @see kubernetes staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go
 */

const PREFERENCES: ReadonlySet<string> = new Set([
  "PreferClose",
  "PreferSameZone",
  "PreferSameNode",
]);
const SAME_NODE = "PreferSameNode";
/** Hints by the shares of zones, which are not given here, go before the preference. */
const TOPOLOGY_MODES = [
  "service.kubernetes.io/topology-aware-hints",
  "service.kubernetes.io/topology-mode",
] as const;

/** The changes with hints, and with slices that differ in their hints alone. */
export function withHints(
  service: Readonly<Service>,
  { create, update, remove }: SliceChanges,
  existing: readonly Readonly<EndpointSlice>[],
): SliceChanges {
  const preference = preferenceOf(service);
  const touched = new Set([...update, ...remove].map(({ metadata }) => metadata.name));
  const hintsOnly = existing.filter(
    (slice) => !touched.has(slice.metadata.name) && hasOtherHints(slice, preference),
  );
  const hinted = (slice: Readonly<EndpointSlice>): EndpointSlice => ({
    ...slice,
    endpoints: (slice.endpoints ?? []).map((endpoint) => withHint(endpoint, preference)),
  });
  return { create: create.map(hinted), update: [...update, ...hintsOnly].map(hinted), remove };
}

function preferenceOf({ metadata, spec }: Readonly<Service>): string | undefined {
  const { trafficDistribution: preference } = spec ?? {};
  const mode = TOPOLOGY_MODES.map((name) => metadata.annotations?.[name]).find(
    (value) => value !== undefined,
  );
  const isAuto = mode === "Auto" || mode === "auto";
  return preference !== undefined && PREFERENCES.has(preference) && !isAuto
    ? preference
    : undefined;
}

function hasOtherHints(
  { endpoints }: Readonly<EndpointSlice>,
  preference: string | undefined,
): boolean {
  return (endpoints ?? []).some(
    (endpoint) => !semanticEqual(endpoint.hints, withHint(endpoint, preference).hints),
  );
}

/** With a preference, endpoints that are not ready stay as they are. */
function withHint(endpoint: Endpoint, preference: string | undefined): Endpoint {
  if (preference !== undefined && endpoint.conditions?.ready !== true) return endpoint;
  const { hints: _hints, ...rest } = endpoint;
  const hints = preference === undefined ? undefined : hintsOf(endpoint, preference);
  return hints === undefined ? rest : { ...rest, hints };
}

function hintsOf({ zone, nodeName }: Endpoint, preference: string): EndpointHints | undefined {
  const forZones = zone === undefined ? undefined : [{ name: zone }];
  const forNodes =
    nodeName === undefined || preference !== SAME_NODE ? undefined : [{ name: nodeName }];
  if (forZones === undefined && forNodes === undefined) return undefined;
  return {
    ...(forZones === undefined ? {} : { forZones }),
    ...(forNodes === undefined ? {} : { forNodes }),
  };
}

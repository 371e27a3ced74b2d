import type { Node, NodeCondition } from "../../api/types.ts";

/** How much of a zone is not ready. */
export type ZoneState = "normal" | "partial" | "full";

/** @see kubernetes cmd/kube-controller-manager (unhealthy-zone-threshold, large-cluster-size-threshold) */
const UNHEALTHY_SHARE = 0.55;
const LARGE_ZONE = 50;
/** One node in so long a time loses its pods: in a zone that is well, and in one that is not. */
const PACE_MS = 10_000;
const SLOW_PACE_MS = 100_000;

export function zoneOf({ metadata }: Readonly<Node>): string {
  const labels = metadata.labels ?? {};
  const zone =
    labels["failure-domain.beta.kubernetes.io/zone"] ?? labels["topology.kubernetes.io/zone"];
  const region =
    labels["failure-domain.beta.kubernetes.io/region"] ?? labels["topology.kubernetes.io/region"];
  return JSON.stringify([region ?? "", zone ?? ""]);
}

/** @param ready - Of each node the condition; undefined where there is none. */
export function zoneState(ready: readonly (NodeCondition | undefined)[]): ZoneState {
  const healthy = ready.filter((condition) => condition?.status === "True").length;
  const unhealthy = ready.length - healthy;
  if (healthy === 0 && unhealthy > 0) return "full";
  return unhealthy > 2 && unhealthy / ready.length >= UNHEALTHY_SHARE ? "partial" : "normal";
}

/**
 * How long to wait between two nodes of a zone that are to lose their pods; Infinity for ever. Where
 * most nodes are silent it is more likely that we are deaf.
 * @see kubernetes pkg/controller/nodelifecycle (setLimiterInZone)
 */
export function paceMs(state: ZoneState, nodeCount: number): number {
  if (state !== "partial") return PACE_MS;
  return nodeCount > LARGE_ZONE ? SLOW_PACE_MS : Number.POSITIVE_INFINITY;
}

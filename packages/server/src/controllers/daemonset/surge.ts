import { scaledValue } from "../../api/int-or-string.ts";
import type { DaemonSet } from "../../api/types.ts";

/** How many nodes an update may leave without an available pod, and how many may have two. */
export interface UpdateLimits {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** @param desired - On how many nodes the DaemonSet should run. */
export function updateLimits({ spec }: Readonly<DaemonSet>, desired: number): UpdateLimits {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type !== "RollingUpdate") return { maxUnavailable: 0, maxSurge: 0 };
  const maxSurge = scaledValue(rollingUpdate?.maxSurge ?? 0, desired, true) ?? 0;
  const maxUnavailable = scaledValue(rollingUpdate?.maxUnavailable ?? 0, desired, true) ?? 0;
  // Where neither is allowed nothing could ever be updated.
  if (desired > 0 && maxUnavailable === 0 && maxSurge === 0) {
    return { maxUnavailable: 1, maxSurge };
  }
  return { maxUnavailable, maxSurge };
}

export function allowsSurge(set: Readonly<DaemonSet>): boolean {
  return updateLimits(set, 1).maxSurge > 0;
}

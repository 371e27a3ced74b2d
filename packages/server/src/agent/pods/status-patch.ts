import type { PodCondition, PodStatus } from "../../api/types.ts";
import { AGENT_CONDITIONS } from "./pod-conditions.ts";
import { isMap, sameValue } from "./same-value.ts";

/** Fields of a status that the agent sets, but for conditions and addresses, which are lists with keys. */
const FIELDS = [
  "observedGeneration",
  "phase",
  "reason",
  "message",
  "hostIP",
  "podIP",
  "startTime",
  "initContainerStatuses",
  "containerStatuses",
  "ephemeralContainerStatuses",
  "allocatedResources",
  "resources",
] as const;

/**
 * The strategic merge patch that makes the agent's part of a stored status what it should be;
 * undefined when it is that already. What others have set stays.
 */
export function statusPatch(
  stored: PodStatus | undefined,
  wanted: PodStatus,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const field of FIELDS) {
    // Nothing in force is something to say, too.
    const value = wanted[field];
    const untold = field === "resources" && value !== undefined && stored?.[field] === undefined;
    if (!untold && sameValue(stored?.[field], value)) continue;
    // Added as a whole, or else merged key by key unless the patch says otherwise.
    const replaced = isMap(value) && stored?.[field] !== undefined;
    patch[field] = replaced ? { $patch: "replace", ...value } : (value ?? null);
  }
  for (const field of ["hostIPs", "podIPs"] as const) {
    if (sameValue(stored?.[field] ?? [], wanted[field] ?? [])) continue;
    patch[field] = [...(wanted[field] ?? []), { $patch: "replace" }];
  }
  const conditions = conditionPatches(stored?.conditions ?? [], wanted.conditions ?? []);
  if (conditions.length > 0) patch.conditions = conditions;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Conditions are told apart by type: fields that one has lost are nulled. */
function conditionPatches(
  stored: readonly PodCondition[],
  wanted: readonly PodCondition[],
): Record<string, unknown>[] {
  const patches: Record<string, unknown>[] = [];
  for (const condition of wanted) {
    const before = stored.find(({ type }) => type === condition.type);
    if (before !== undefined && sameCondition(before, condition)) continue;
    patches.push({ ...nullsFor(before), ...condition });
  }
  for (const { type } of stored) {
    const ours = (AGENT_CONDITIONS as readonly string[]).includes(type);
    if (ours && !wanted.some((condition) => condition.type === type)) {
      patches.push({ type, $patch: "delete" });
    }
  }
  return patches;
}

const CHANGING = [
  "status",
  "reason",
  "message",
  "lastTransitionTime",
  "observedGeneration",
] as const satisfies (keyof PodCondition)[];

/** A member that a patch does not name stays. */
function nullsFor(before: PodCondition | undefined): Record<string, null> {
  const held = CHANGING.filter((field) => before?.[field] !== undefined);
  return Object.fromEntries(held.map((field) => [field, null]));
}

function sameCondition(left: PodCondition, right: PodCondition): boolean {
  return CHANGING.every((field) => (left[field] ?? "") === (right[field] ?? ""));
}

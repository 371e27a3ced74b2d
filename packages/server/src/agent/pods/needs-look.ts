import { writeMostlyPlainJson } from "../../api/encode-json-text.ts";
import type { Pod } from "../../api/types.ts";
import { isFinal } from "./pod-status.ts";

export function isBeingDeleted({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/**
 * Whether the difference between two versions of a pod is something that it is run by: what the agent
 * tells of it is not.
 */
export function needsLook(before: Pod, after: Pod): boolean {
  const same = (left: object | undefined, right: object | undefined): boolean =>
    writeMostlyPlainJson(left ?? {}) === writeMostlyPlainJson(right ?? {});
  const { metadata: old } = before;
  const { metadata } = after;
  if (old.deletionTimestamp !== metadata.deletionTimestamp) return true;
  if (old.generation !== metadata.generation) return true;
  if (metadata.generation === undefined && !same(before.spec, after.spec)) return true;
  if (!same(old.labels, metadata.labels)) return true;
  if (!same(old.annotations, metadata.annotations)) return true;
  if (before.status?.phase !== after.status?.phase && isFinal(after.status?.phase)) return true;
  return (after.spec?.readinessGates ?? []).some(({ conditionType }) => {
    const statusOf = ({ status }: Pod): string | undefined =>
      status?.conditions?.find(({ type }) => type === conditionType)?.status;
    return statusOf(before) !== statusOf(after);
  });
}

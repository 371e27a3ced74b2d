import { writeAnyJson } from "../../api/encode-json-text.ts";
import type { Pod } from "../../api/types.ts";
import { specInForce } from "./requests-in-force.ts";

/** The scheduler that pods have unless they name another one. */
const SCHEDULER = "default-scheduler";

export function isAssigned({ spec }: Readonly<Pod>): boolean {
  return (spec?.nodeName ?? "") !== "";
}

/** It takes nothing of its node any more. */
export function isFinished({ status }: Readonly<Pod>): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Whether a pod waits for this scheduler: gates keep it from being looked at. */
export function awaitsScheduling(pod: Readonly<Pod>): boolean {
  const { schedulerName = SCHEDULER, schedulingGates = [] } = pod.spec ?? {};
  return (
    !isAssigned(pod) &&
    !isFinished(pod) &&
    schedulerName === SCHEDULER &&
    schedulingGates.length === 0
  );
}

/** Whether a change of a pod may let it fit where it did not. */
export function asksForLess(pod: Readonly<Pod>, before: Readonly<Pod>): boolean {
  return demandsOf(pod) !== demandsOf(before);
}

/** What of a pod may change, as a text. */
function demandsOf(pod: Readonly<Pod>): string {
  const { metadata, spec } = pod;
  const { tolerations, affinity, nodeSelector } = spec ?? {};
  const resources = specInForce(pod).containers.map((container) => container.resources);
  return writeAnyJson([metadata.labels, tolerations, affinity, nodeSelector, resources]);
}

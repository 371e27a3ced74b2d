import { toleratesTaint } from "../../api/tolerations.ts";
import type { Taint, Toleration } from "../../api/types.ts";

/**
 * For how many seconds a pod stays on a node with these NoExecute taints: 0 when one of them is not
 * tolerated, Infinity when all are tolerated for ever.
 * @see kubernetes pkg/controller/tainteviction (processPodOnNode, getMinTolerationTime)
 */
export function enduranceSeconds(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const toleration = tolerations.find((each) => toleratesTaint(each, taint));
    if (toleration === undefined) return 0;
    const seconds = Number(toleration.tolerationSeconds ?? Number.POSITIVE_INFINITY);
    shortest = Math.min(shortest, Math.max(0, seconds));
  }
  return shortest;
}

export function noExecuteTaints(taints: readonly Taint[] = []): readonly Taint[] {
  return taints.filter(({ effect }) => effect === "NoExecute");
}

import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod, Taint } from "../../api/types.ts";
import type { Rejection } from "./admit-pod.ts";
import { isCriticalPod } from "./critical-pod.ts";

/** In the order in which they are named. */
const PRESSURES = ["MemoryPressure", "DiskPressure", "PIDPressure"];
const MEMORY_PRESSURE: Taint = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" };

/**
 * Whether a node that lacks memory, disk or process ids takes another pod: none but critical ones, and
 * where only memory is scarce those that ask for some. A pod that was taken before is not refused when
 * its agent begins anew.
 * @see kubernetes pkg/kubelet/eviction/eviction_manager.go (Admit)
 */
export function admitUnderPressure(pod: Pod, { status: node }: Node): Rejection | undefined {
  const { spec, status } = pod;
  const found = PRESSURES.filter((pressure) =>
    node?.conditions?.some(({ type, status: is }) => type === pressure && is === "True"),
  );
  const isTaken = status?.startTime !== undefined;
  if (found.length === 0 || isTaken || isCriticalPod(pod)) return undefined;
  if (found.length === 1 && found[0] === "MemoryPressure") {
    if (status?.qosClass !== "BestEffort") return undefined;
    const taint = untoleratedTaint([MEMORY_PRESSURE], spec?.tolerations ?? [], ["NoSchedule"]);
    if (taint === undefined) return undefined;
  }
  // The blank at the end is upstream's.
  return { reason: "Evicted", message: `The node had condition: [${found.join(" ")}]. ` };
}

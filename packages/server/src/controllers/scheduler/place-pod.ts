import { untoleratedTaint } from "../../api/tolerations.ts";
import { filterNode, type Rejection, type WaitingPod } from "./node-filters.ts";
import type { NodeInfo } from "./node-info.ts";

/** Where a pod goes, or why it goes nowhere. */
export type Placement =
  | { readonly outcome: "node"; readonly info: NodeInfo }
  | { readonly outcome: "no-nodes" | "unschedulable"; readonly message: string };

/**
 * The best of the nodes that take the pod.
 * @param problem - What keeps the pod from every node, whichever it is.
 */
export function placePod(pod: WaitingPod, nodes: readonly NodeInfo[], problem?: string): Placement {
  if (nodes.length === 0) {
    return { outcome: "no-nodes", message: "no nodes available to schedule pods" };
  }
  const { namedNodes } = pod;
  const always = namedNodes?.size === 0 ? "pod affinity terms conflict" : problem;
  if (always !== undefined) {
    // The last words are upstream's: of a plugin that looks for notes that nobody got to write.
    const message = `0/${nodes.length} nodes are available: ${always}. not found`;
    return { outcome: "unschedulable", message };
  }
  const considered =
    namedNodes === undefined ? nodes : nodes.filter(({ name }) => namedNodes.has(name));
  const rejections: Rejection[] = [];
  let best: Candidate | undefined;
  for (const info of considered) {
    const rejection = filterNode(pod, info);
    if (rejection !== undefined) {
      rejections.push(rejection);
      continue;
    }
    const candidate = candidateOf(pod, info);
    if (best === undefined || isBetter(candidate, best)) best = candidate;
  }
  if (best !== undefined) return { outcome: "node", info: best.info };
  const others = nodes.length - considered.length;
  const reasons = [
    ...rejections.flatMap((each) => each.reasons),
    ...Array.from({ length: others }, () => "node(s) didn't satisfy plugin(s) [NodeAffinity]"),
  ];
  return unschedulable(pod, nodes.length, histogram(reasons), rejections);
}

/** What counts of a node that would do, most important first; of each less is better. */
interface Candidate {
  readonly info: NodeInfo;
  readonly ranks: readonly number[];
}

/** Spreads pods of one controller, and then all pods, over what they like best. */
function candidateOf(pod: WaitingPod, info: NodeInfo): Candidate {
  const taints = info.node?.spec?.taints ?? [];
  const unliked = taints.filter(
    (taint) => untoleratedTaint([taint], pod.tolerations, ["PreferNoSchedule"]) !== undefined,
  );
  const preference = info.node === undefined ? 0 : pod.preference(info.node);
  const siblings = pod.controllerUid === "" ? 0 : info.countOf(pod.controllerUid);
  return { info, ranks: [unliked.length, -preference, siblings, info.podCount] };
}

function isBetter(one: Candidate, other: Candidate): boolean {
  for (const [index, rank] of one.ranks.entries()) {
    const difference = rank - (other.ranks[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return one.info.name < other.info.name;
}

/** `2 Insufficient cpu`, sorted as texts. */
function histogram(reasons: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
}

/**
 * The text that events and conditions show. Its second half is what upstream's preemption says when
 * it finds nobody to evict: here nobody ever is.
 * @see kubernetes pkg/scheduler/framework/types.go (FitError)
 */
function unschedulable(
  { pod }: WaitingPod,
  nodeCount: number,
  reasons: readonly string[],
  rejections: readonly Rejection[],
): Placement {
  const available = `0/${nodeCount} nodes are available:`;
  const crowded = rejections.filter(({ isForWantOfRoom }) => isForWantOfRoom).length;
  const evictions = histogram([
    ...Array.from({ length: crowded }, () => "No preemption victims found for incoming pod"),
    ...Array.from(
      { length: nodeCount - crowded },
      () => "Preemption is not helpful for scheduling",
    ),
  ]);
  const preemption =
    pod.spec?.preemptionPolicy === "Never"
      ? "not eligible due to preemptionPolicy=Never."
      : `${available} ${evictions.join(", ")}.`;
  const message = `${available} ${reasons.join(", ")}. no new claims to deallocate, preemption: ${preemption}`;
  return { outcome: "unschedulable", message };
}

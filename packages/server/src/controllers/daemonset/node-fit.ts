import { type NodeMatcher, requiredNodes } from "../../api/node-affinity.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { DaemonSet, Node } from "../../api/types.ts";
import { daemonTolerations } from "./daemon-pod.ts";

/** Whether a node should get a pod, and whether it may keep the one it has. */
export interface NodeFit {
  readonly shouldRun: boolean;
  readonly mayContinue: boolean;
}

const NEITHER: NodeFit = { shouldRun: false, mayContinue: false };

/**
 * Which nodes a DaemonSet is for, worked out once for all of them. Room is no question here.
 * @see kubernetes pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod)
 */
export function nodeFitter({ spec }: Readonly<DaemonSet>): (node: Readonly<Node>) => NodeFit {
  const podSpec = spec?.template.spec ?? { containers: [] };
  const matches: NodeMatcher = requiredNodes(podSpec);
  const tolerations = daemonTolerations(podSpec);
  return (node) => {
    const { nodeName = "" } = podSpec;
    if (nodeName !== "" && nodeName !== node.metadata.name) return NEITHER;
    if (!matches(node)) return NEITHER;
    const taints = node.spec?.taints ?? [];
    if (untoleratedTaint(taints, tolerations, ["NoExecute", "NoSchedule"]) === undefined) {
      return { shouldRun: true, mayContinue: true };
    }
    const mayContinue = untoleratedTaint(taints, tolerations, ["NoExecute"]) === undefined;
    return { shouldRun: false, mayContinue };
  };
}

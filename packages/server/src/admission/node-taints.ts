import type { Node } from "../api/types.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";

const NOT_READY = "node.kubernetes.io/not-ready";
const EFFECT = "NoSchedule";

/**
 * A new node takes no pods before somebody has seen that it is ready: the node lifecycle controller
 * takes the taint away.
 * @see kubernetes plugin/pkg/admission/nodetaint/admission.go
 */
export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  mutate: ({ operation, group, resource, subresource, object }) => {
    if (operation !== "CREATE" || group !== "" || resource !== "nodes" || subresource !== "")
      return;
    const node = object as unknown as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY && effect === EFFECT)) return;
    node.spec = { ...node.spec, taints: [...taints, { key: NOT_READY, effect: EFFECT }] };
  },
};

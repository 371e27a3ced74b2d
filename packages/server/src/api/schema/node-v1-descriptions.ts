import type { Descriptions } from "./define.ts";

export const nodeV1Descriptions = (): Descriptions => ({
  Overhead: {
    "": "What running a pod costs besides its containers.",
    podFixed: "Resources of each pod.",
  },
  RuntimeClass: {
    "": "A way of running containers.",
    handler: "The runtime handler of the node. Cannot be changed.",
    overhead: "What a pod costs besides its containers.",
    scheduling: "Nodes that know the class.",
  },
  Scheduling: {
    "": "Nodes that know a class.",
    nodeSelector: "Labels of the nodes.",
    tolerations: "Tolerations that pods get.",
  },
});

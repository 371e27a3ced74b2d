import type { KubeObject } from "../api/object.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";

const TOPOLOGY_LABELS = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

/**
 * Copies the labels of a node's place to the pods that are bound to it: to the Binding, whose labels
 * become the pod's, or to a new pod that names its node. The node's labels win.
 * @see kubernetes plugin/pkg/admission/podtopologylabels/admission.go
 */
export function createPodTopologyLabels(
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  return {
    name: "PodTopologyLabels",
    mutate: ({ operation, group, resource, subresource, object }) => {
      if (operation !== "CREATE" || group !== "" || resource !== "pods") return;
      if (object === undefined) return;
      const node = nodeOf(nodeNameOf(object, subresource));
      // A node that does not exist yet is no reason to refuse.
      const place = Object.entries(node?.metadata.labels ?? {}).filter(([key]) =>
        TOPOLOGY_LABELS.includes(key),
      );
      if (place.length === 0) return;
      object.metadata.labels = { ...object.metadata.labels, ...Object.fromEntries(place) };
    },
  };
}

/** The node that a write gives a pod; empty where it gives none. */
function nodeNameOf(object: KubeObject, subresource: string): string {
  if (subresource === "") return (object.spec as { nodeName?: string } | undefined)?.nodeName ?? "";
  if (subresource !== "binding") return "";
  const { target } = object as { target?: { kind?: string; name?: string } };
  return target?.kind === "Node" ? (target.name ?? "") : "";
}

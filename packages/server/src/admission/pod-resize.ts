import type { KubeObject } from "../api/object.ts";
import { compareQuantities, NO_QUANTITY, type Quantity, quantityToInt64 } from "../api/quantity.ts";
import { parseAmounts } from "../api/quota/amounts.ts";
import { podAmounts } from "../api/quota/pod-amounts.ts";
import type { Node, Pod } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

const OS_LABEL = "kubernetes.io/os";

/**
 * A pod that runs is resized only where its node can hold it: on Linux, and within what the node
 * gives away. @see kubernetes plugin/pkg/admission/podresize/admission.go
 */
export function createPodResize(
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  return {
    name: "PodResizeValidator",
    validate: (attributes) => {
      const { operation, group, resource, subresource } = attributes;
      if (subresource !== "resize" || operation !== "UPDATE") return;
      if (group !== "" || resource !== "pods") return;
      check(attributes, nodeOf);
    },
  };
}

function check(
  attributes: AdmissionAttributes,
  nodeOf: (name: string) => Readonly<KubeObject> | undefined,
): void {
  const pod = (attributes.object ?? {}) as Pod;
  const nodeName = pod.spec?.nodeName ?? "";
  // The generation moves with the specification: without it nothing is resized.
  const unchanged = pod.metadata?.generation === attributes.oldObject?.metadata.generation;
  if (nodeName === "" || unchanged) return;
  const node = nodeOf(nodeName) as Node | undefined;
  if (node === undefined) {
    throw admissionForbidden(attributes, `node ${JSON.stringify(nodeName)} not found`);
  }
  const os = node.metadata?.labels?.[OS_LABEL] ?? "linux";
  if (os !== "linux") {
    const text = `pod resize is only supported on linux nodes, node ${JSON.stringify(nodeName)} is ${JSON.stringify(os)}`;
    throw admissionForbidden(attributes, text, [{ reason: "UnsupportedPlatform" }]);
  }
  const excess = excessOf(pod, node.status?.allocatable ?? {});
  if (excess.length === 0) return;
  const text = `node didn't have enough allocatable resources: ${excess.join("; ")}`;
  throw admissionForbidden(attributes, text, [{ reason: "NodeCapacity" }]);
}

function excessOf(pod: Pod, allocatable: Readonly<Record<string, string>>): readonly string[] {
  const { spec } = pod;
  const requests = podAmounts(spec === undefined ? {} : { spec }, "requests");
  const capacities = parseAmounts(allocatable);
  return (["cpu", "memory"] as const).flatMap((resource) => {
    const requested = requests.get(resource) ?? NO_QUANTITY;
    const available = capacities.get(resource) ?? NO_QUANTITY;
    if (compareQuantities(requested, available) <= 0) return [];
    const shown = (quantity: Quantity) =>
      quantityToInt64(resource === "cpu" ? inMillis(quantity) : quantity);
    return [`${resource}, requested: ${shown(requested)}, allocatable: ${shown(available)}`];
  });
}

function inMillis(quantity: Quantity): Quantity {
  return { ...quantity, scale: quantity.scale + 3 };
}

import type { PodSpec, Toleration } from "../api/types.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

/** How long a pod stays on a node that is not ready or out of reach. */
const TOLERATION_SECONDS = 300;
const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * Lets every pod tolerate an unready or unreachable node for five minutes, unless it says otherwise.
 * @see kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go
 */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  mutate: (attributes) => {
    if (!isPodWrite(attributes)) return;
    const spec = attributes.object?.spec as PodSpec | undefined;
    if (spec === undefined) return;
    const present = spec.tolerations ?? [];
    const missing = TAINTS.filter((key) => !present.some((each) => tolerates(each, key)));
    if (missing.length === 0) return;
    spec.tolerations = [...present, ...missing.map(toleration)];
  },
};

function isPodWrite({ operation, group, resource, subresource }: AdmissionAttributes): boolean {
  return (
    group === "" &&
    resource === "pods" &&
    subresource === "" &&
    (operation === "CREATE" || operation === "UPDATE")
  );
}

function tolerates({ key = "", effect }: Toleration, taint: string): boolean {
  return (key === taint || key === "") && (effect === "NoExecute" || (effect ?? "") === "");
}

function toleration(key: string): Toleration {
  return {
    key,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: TOLERATION_SECONDS,
  };
}

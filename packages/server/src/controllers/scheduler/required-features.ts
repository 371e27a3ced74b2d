import type { PodSpec } from "../../api/types.ts";

/** What pods may need of their node from the beginning. @see component-helpers nodedeclaredfeatures/features */
const NEEDS: readonly { readonly feature: string; isNeeded(spec: PodSpec): boolean }[] = [
  {
    feature: "RestartAllContainersOnContainerExits",
    isNeeded: ({ containers, initContainers = [] }) =>
      [...containers, ...initContainers].some(({ restartPolicyRules = [] }) =>
        restartPolicyRules.some(({ action }) => action === "RestartAllContainers"),
      ),
  },
  {
    feature: "UserNamespacesHostNetworkSupport",
    isNeeded: ({ hostNetwork, hostUsers }) => hostNetwork === true && hostUsers === false,
  },
];

/** Features that a node must declare for a pod; most pods need none. */
export function requiredFeatures(spec: PodSpec): readonly string[] {
  return NEEDS.filter(({ isNeeded }) => isNeeded(spec)).map(({ feature }) => feature);
}

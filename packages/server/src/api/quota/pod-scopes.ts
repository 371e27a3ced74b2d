import type { Pod, PodAffinityTerm, ScopedResourceSelectorRequirement } from "../types.ts";
import { type QosClass, qosClassOf } from "../validation/pod-qos.ts";
import { selects } from "./quota-evaluator.ts";

/** Whether a scope of a quota holds of a pod. @see kubernetes pkg/quota/v1/evaluator/core/pods.go (podMatchesScopeFunc) */
export function podMatchesScope(
  requirement: ScopedResourceSelectorRequirement,
  pod: Readonly<Pod>,
): boolean {
  switch (requirement.scopeName) {
    case "Terminating":
      return hasDeadline(pod);
    case "NotTerminating":
      return !hasDeadline(pod);
    case "BestEffort":
      return qosOf(pod) === "BestEffort";
    case "NotBestEffort":
      return qosOf(pod) !== "BestEffort";
    case "PriorityClass": {
      const name = pod.spec?.priorityClassName ?? "";
      return selects(requirement, name === "" ? [] : [name]);
    }
    case "CrossNamespacePodAffinity":
      return looksAcrossNamespaces(pod);
    default:
      return false;
  }
}

/** Ends by itself, after so many seconds. */
export function hasDeadline({ spec }: Readonly<Pod>): boolean {
  const seconds = spec?.activeDeadlineSeconds;
  return seconds !== undefined && seconds !== null && Number(seconds) >= 0;
}

function qosOf({ spec, status }: Readonly<Pod>): QosClass {
  const known = status?.qosClass ?? "";
  return known === "" ? qosClassOf((spec ?? {}) as Parameters<typeof qosClassOf>[0]) : known;
}

function looksAcrossNamespaces({ spec }: Readonly<Pod>): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) => {
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return [...required, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)].some(
      namesOthers,
    );
  });
}

function namesOthers({ namespaces = [], namespaceSelector }: PodAffinityTerm): boolean {
  return namespaces.length > 0 || (namespaceSelector !== undefined && namespaceSelector !== null);
}

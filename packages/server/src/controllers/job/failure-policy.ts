import type {
  ContainerStatus,
  Pod,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from "../../api/types.ts";

/** What a job's policy says about a pod that has failed. */
export interface FailureVerdict {
  /** The rule that applies, if any does. */
  readonly action: "Ignore" | "Count" | "FailJob" | "FailIndex" | undefined;
  /** Why the whole job fails, if it does. */
  readonly message?: string;
}

/** Whether a failure counts towards the limits. */
export function countsAsFailure({ action }: FailureVerdict): boolean {
  return action !== "Ignore";
}

/**
 * The first rule that applies decides.
 * @see kubernetes pkg/controller/job/pod_failure_policy.go
 */
export function judgeFailure(
  policy: PodFailurePolicy | undefined,
  pod: Readonly<Pod>,
): FailureVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const what = matchRule(rule, pod);
    if (what === undefined) continue;
    const { action } = rule;
    switch (action) {
      case "Ignore":
      case "Count":
      case "FailIndex":
        return { action };
      case "FailJob":
        return { action, message: `${what} matching ${action} rule at index ${index}` };
    }
  }
  return { action: undefined };
}

/** What happened, in words, when the rule applies to it. */
function matchRule(rule: PodFailurePolicyRule, pod: Readonly<Pod>): string | undefined {
  const { onExitCodes, onPodConditions } = rule;
  const { namespace, name } = pod.metadata;
  if (onExitCodes !== undefined) {
    const { containerStatuses, initContainerStatuses } = pod.status ?? {};
    const container =
      findExit(containerStatuses, onExitCodes) ?? findExit(initContainerStatuses, onExitCodes);
    if (container === undefined) return undefined;
    const code = exitCodeOf(container);
    return `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${code}`;
  }
  const condition = pod.status?.conditions?.find(({ type, status }) =>
    onPodConditions?.some((pattern) => pattern.type === type && pattern.status === status),
  );
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function findExit(
  statuses: readonly ContainerStatus[] | undefined,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  return statuses?.find((status) => {
    const code = exitCodeOf(status);
    if (code === undefined || code === 0) return false;
    if (containerName !== undefined && containerName !== status.name) return false;
    return values.includes(code) === (operator === "In");
  });
}

function exitCodeOf({ state }: ContainerStatus): number | undefined {
  return state?.terminated?.exitCode;
}

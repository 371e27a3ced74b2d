import { printAmounts } from "../../api/quota/amounts.ts";
import { podAmounts } from "../../api/quota/pod-amounts.ts";
import type { PodSpec, PodStatus, ResourceRequirements } from "../../api/types.ts";

/** What the status says is set aside for the pod. */
export function podAllocated(spec: PodSpec): Pick<PodStatus, "allocatedResources"> {
  const requests = podAmounts({ spec }, "requests");
  return requests.size === 0 ? {} : { allocatedResources: printAmounts(requests) };
}

/** What the status says of the requests and limits in force. */
export function podResources(spec: PodSpec): ResourceRequirements {
  const requests = podAmounts({ spec }, "requests");
  const limits = podAmounts({ spec }, "limits");
  return {
    ...(limits.size === 0 ? {} : { limits: printAmounts(limits) }),
    ...(requests.size === 0 ? {} : { requests: printAmounts(requests) }),
  };
}

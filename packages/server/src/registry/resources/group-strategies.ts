/** Strategies of the groups besides core, rbac, coordination and events. */
import type { Strategy } from "../strategy.ts";
import {
  mutatingAdmissionPoliciesStrategy,
  mutatingAdmissionPolicyBindingsStrategy,
  validatingAdmissionPoliciesStrategy,
  validatingAdmissionPolicyBindingsStrategy,
} from "./admission-policies.ts";
import { certificateSigningRequestsStrategy } from "./certificate-signing-requests.ts";
import { controllerRevisionsStrategy } from "./controller-revisions.ts";
import { cronJobsStrategy } from "./cron-jobs.ts";
import { csiDriversStrategy } from "./csi-drivers.ts";
import { csiNodesStrategy } from "./csi-nodes.ts";
import { csiStorageCapacitiesStrategy } from "./csi-storage-capacities.ts";
import { daemonSetsStrategy } from "./daemon-sets.ts";
import { deploymentsStrategy } from "./deployments.ts";
import {
  deviceClassesStrategy,
  resourceClaimsStrategy,
  resourceClaimTemplatesStrategy,
  resourceSlicesStrategy,
} from "./devices.ts";
import { endpointSlicesStrategy } from "./endpoint-slices.ts";
import { flowSchemasStrategy, priorityLevelConfigurationsStrategy } from "./flow-control.ts";
import { horizontalPodAutoscalersStrategy } from "./horizontal-pod-autoscalers.ts";
import { ingressClassesStrategy } from "./ingress-classes.ts";
import { ingressesStrategy } from "./ingresses.ts";
import { ipAddressesStrategy } from "./ip-addresses.ts";
import { jobsStrategy } from "./jobs.ts";
import { networkPoliciesStrategy } from "./network-policies.ts";
import { podDisruptionBudgetsStrategy } from "./pod-disruption-budgets.ts";
import { priorityClassesStrategy } from "./priority-classes.ts";
import { replicaSetsStrategy } from "./replica-sets.ts";
import { runtimeClassesStrategy } from "./runtime-classes.ts";
import { serviceCidrsStrategy } from "./service-cidrs.ts";
import { statefulSetsStrategy } from "./stateful-sets.ts";
import { storageClassesStrategy } from "./storage-classes.ts";
import { volumeAttachmentsStrategy } from "./volume-attachments.ts";
import { volumeAttributesClassesStrategy } from "./volume-attributes-classes.ts";
import {
  mutatingWebhookConfigurationsStrategy,
  validatingWebhookConfigurationsStrategy,
} from "./webhook-configurations.ts";

export const GROUP_STRATEGIES: readonly Strategy[] = [
  certificateSigningRequestsStrategy,
  controllerRevisionsStrategy,
  cronJobsStrategy,
  csiDriversStrategy,
  csiNodesStrategy,
  csiStorageCapacitiesStrategy,
  daemonSetsStrategy,
  deploymentsStrategy,
  deviceClassesStrategy,
  endpointSlicesStrategy,
  flowSchemasStrategy,
  horizontalPodAutoscalersStrategy,
  ingressClassesStrategy,
  ingressesStrategy,
  ipAddressesStrategy,
  jobsStrategy,
  mutatingAdmissionPoliciesStrategy,
  mutatingAdmissionPolicyBindingsStrategy,
  mutatingWebhookConfigurationsStrategy,
  networkPoliciesStrategy,
  podDisruptionBudgetsStrategy,
  priorityClassesStrategy,
  priorityLevelConfigurationsStrategy,
  replicaSetsStrategy,
  resourceClaimsStrategy,
  resourceClaimTemplatesStrategy,
  resourceSlicesStrategy,
  runtimeClassesStrategy,
  serviceCidrsStrategy,
  statefulSetsStrategy,
  storageClassesStrategy,
  validatingAdmissionPoliciesStrategy,
  validatingAdmissionPolicyBindingsStrategy,
  validatingWebhookConfigurationsStrategy,
  volumeAttachmentsStrategy,
  volumeAttributesClassesStrategy,
];

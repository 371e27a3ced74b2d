import { admissionPrinters } from "./admission.ts";
import { apiServices } from "./api-services.ts";
import { autoscalingPrinters } from "./autoscalers.ts";
import { certificateSigningRequests } from "./certificates.ts";
import type { PrintersByResource } from "./columns.ts";
import { configurationPrinters } from "./configuration.ts";
import { devicePrinters } from "./devices.ts";
import { coreEvents, newEvents } from "./events.ts";
import { flowControlPrinters } from "./flow-control.ts";
import { batchPrinters } from "./jobs.ts";
import { networkingPrinters } from "./networking.ts";
import { nodes } from "./nodes.ts";
import { podPrinters } from "./pods.ts";
import { rbacPrinters } from "./rbac.ts";
import { leases, podDisruptionBudgets, priorityClasses, runtimeClasses } from "./scheduling.ts";
import { endpointSlices, servicePrinters } from "./services.ts";
import { storagePrinters } from "./storage.ts";
import { defaultPrinter, type TablePrinter } from "./table-printer.ts";
import { volumePrinters } from "./volumes.ts";
import { appsPrinters, replicationControllers } from "./workloads.ts";

const PRINTERS: ReadonlyMap<string, PrintersByResource> = new Map<string, PrintersByResource>([
  [
    "",
    {
      ...configurationPrinters,
      ...podPrinters,
      ...servicePrinters,
      ...volumePrinters,
      events: coreEvents,
      nodes,
      replicationcontrollers: replicationControllers,
    },
  ],
  ["admissionregistration.k8s.io", admissionPrinters],
  ["apiregistration.k8s.io", { apiservices: apiServices }],
  ["apps", appsPrinters],
  ["autoscaling", autoscalingPrinters],
  ["batch", batchPrinters],
  ["certificates.k8s.io", { certificatesigningrequests: certificateSigningRequests }],
  ["coordination.k8s.io", { leases }],
  ["discovery.k8s.io", { endpointslices: endpointSlices }],
  ["events.k8s.io", { events: newEvents }],
  ["flowcontrol.apiserver.k8s.io", flowControlPrinters],
  ["networking.k8s.io", networkingPrinters],
  ["node.k8s.io", { runtimeclasses: runtimeClasses }],
  ["policy", { poddisruptionbudgets: podDisruptionBudgets }],
  ["rbac.authorization.k8s.io", rbacPrinters],
  ["resource.k8s.io", devicePrinters],
  ["scheduling.k8s.io", { priorityclasses: priorityClasses }],
  ["storage.k8s.io", storagePrinters],
]);

/**
 * The printer of a resource; the default one for kinds without columns of their own, which limit
 * ranges, roles, cluster roles and custom resource definitions are among.
 */
export function printerOf(group: string, resource: string): TablePrinter {
  const printers = PRINTERS.get(group);
  return printers !== undefined && Object.hasOwn(printers, resource)
    ? (printers[resource] ?? defaultPrinter)
    : defaultPrinter;
}

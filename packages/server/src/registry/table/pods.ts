import type { Pod, PodTemplate } from "../../api/types.ts";
import { containerCells, labelsText, NONE } from "./cell-texts.ts";
import { type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { podCells } from "./pod-cells.ts";
import { AGE_COLUMN, NAME_COLUMN, type TableRowCondition } from "./table-printer.ts";

function completed(reason: string, message: string): readonly TableRowCondition[] {
  return [{ type: "Completed", status: "True", reason, message }];
}

const SUCCEEDED = completed("Succeeded", "The pod has completed successfully.");
const FAILED = completed("Failed", "The pod failed.");

function conditionsOf({ status }: Readonly<Pod>): readonly TableRowCondition[] {
  if (status?.phase === "Succeeded") return SUCCEEDED;
  return status?.phase === "Failed" ? FAILED : [];
}

/** How many of the gates have a true condition, of how many. */
function readinessGates({ spec, status }: Readonly<Pod>): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const open = gates.filter(
    ({ conditionType }) =>
      status?.conditions?.find(({ type }) => type === conditionType)?.status === "True",
  );
  return `${open.length}/${gates.length}`;
}

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const podPrinters: PrintersByResource = {
  pods: printer<Pod>(
    [
      NAME_COLUMN,
      text("Ready", "Containers that are ready, of all."),
      text("Status", "State of the pod in one word: its phase or the reason that keeps it there."),
      text("Restarts", "How often containers were started again, and when that last happened."),
      AGE_COLUMN,
      wideText("IP", "First address of the pod."),
      wideText("Node", "Node on which the pod runs."),
      wideText("Nominated Node", "Node on which room is being made for the pod."),
      wideText("Readiness Gates", "Readiness gates that are open, of all."),
    ],
    (pod, now) => {
      const { ready, status, restarts } = podCells(pod, now);
      return [
        pod.metadata.name ?? "",
        ready,
        status,
        restarts,
        ageOf(pod.metadata.creationTimestamp, now),
        pod.status?.podIPs?.[0]?.ip || NONE,
        pod.spec?.nodeName || NONE,
        pod.status?.nominatedNodeName || NONE,
        readinessGates(pod),
      ];
    },
    conditionsOf,
  ),
  podtemplates: printer<PodTemplate>(
    [
      NAME_COLUMN,
      text("Containers", "Names of the containers."),
      text("Images", "Images of the containers."),
      text("Pod Labels", "Labels that pods of the template get."),
    ],
    ({ metadata, template }) => [
      metadata.name ?? "",
      ...containerCells(template?.spec?.containers),
      labelsText(template?.metadata?.labels),
    ],
  ),
};

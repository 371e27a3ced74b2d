import type { KubeObject } from "../../api/object.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types.ts";
import { NONE } from "./cell-texts.ts";
import { type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN } from "./table-printer.ts";

/** Which schema of two is asked first. @see apiserver pkg/util/apihelpers/helpers.go (FlowSchemaSequence) */
function compareSchemas(left: Readonly<KubeObject>, right: Readonly<KubeObject>): number {
  const precedence = (object: Readonly<KubeObject>): number =>
    (object as unknown as FlowSchema).spec?.matchingPrecedence ?? 0;
  const [a = "", b = ""] = [left.metadata.name, right.metadata.name];
  return precedence(left) - precedence(right) || (a < b ? -1 : 1);
}

const flowSchemas = printer<FlowSchema>(
  [
    NAME_COLUMN,
    text("PriorityLevel", "Priority level of its requests."),
    text("MatchingPrecedence", "Which schema comes first: the lowest number."),
    text("DistinguisherMethod", "By what its requests are told apart."),
    AGE_COLUMN,
    text("MissingPL", "Whether there is no such priority level."),
  ],
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    spec?.priorityLevelConfiguration?.name ?? "",
    spec?.matchingPrecedence ?? 0,
    spec?.distinguisherMethod?.type ?? NONE,
    ageOf(metadata.creationTimestamp, now),
    status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?",
  ],
);

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const flowControlPrinters: PrintersByResource = {
  flowschemas: { ...flowSchemas, compare: compareSchemas },
  prioritylevelconfigurations: printer<PriorityLevelConfiguration>(
    [
      NAME_COLUMN,
      text("Type", "Whether its requests are limited."),
      text("NominalConcurrencyShares", "Its share of what the server can do at once."),
      text("Queues", "How many queues it has."),
      text("HandSize", "From how many queues one flow may choose."),
      text("QueueLengthLimit", "How many requests may wait in a queue."),
      AGE_COLUMN,
    ],
    ({ metadata, spec }, now) => {
      const limited = spec?.limited;
      const queuing = limited?.limitResponse?.queuing;
      return [
        metadata.name ?? "",
        spec?.type ?? "",
        limited === undefined ? NONE : (limited.nominalConcurrencyShares ?? 0),
        queuing === undefined ? NONE : (queuing.queues ?? 0),
        queuing === undefined ? NONE : (queuing.handSize ?? 0),
        queuing === undefined ? NONE : (queuing.queueLengthLimit ?? 0),
        ageOf(metadata.creationTimestamp, now),
      ];
    },
  ),
};

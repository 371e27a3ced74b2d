import type { Lease, PodDisruptionBudget, PriorityClass, RuntimeClass } from "../../api/types.ts";
import { flag, integer, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** Text of a bound that is not set. */
const ABSENT = "N/A";

/** @see kubernetes pkg/printers/internalversion/printers.go, also for what follows */
export const priorityClasses: TablePrinter = printer<PriorityClass>(
  [
    NAME_COLUMN,
    integer("Value", "The priority of its pods."),
    flag("Global-Default", "Whether pods without a class get it."),
    AGE_COLUMN,
    text("PreemptionPolicy", "Whether its pods may drive out others."),
  ],
  ({ metadata, value, globalDefault, preemptionPolicy }, now) => [
    metadata.name ?? "",
    value ?? 0,
    globalDefault ?? false,
    ageOf(metadata.creationTimestamp, now),
    preemptionPolicy ?? "",
  ],
);

export const runtimeClasses: TablePrinter = printer<RuntimeClass>(
  [NAME_COLUMN, text("Handler", "What the nodes call it."), AGE_COLUMN],
  ({ metadata, handler }, now) => [
    metadata.name ?? "",
    handler ?? "",
    ageOf(metadata.creationTimestamp, now),
  ],
);

export const podDisruptionBudgets: TablePrinter = printer<PodDisruptionBudget>(
  [
    NAME_COLUMN,
    text("Min Available", "How many pods must remain."),
    text("Max Unavailable", "How many pods may be missing."),
    integer("Allowed Disruptions", "How many pods may go now."),
    AGE_COLUMN,
  ],
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    String(spec?.minAvailable ?? ABSENT),
    String(spec?.maxUnavailable ?? ABSENT),
    status?.disruptionsAllowed ?? 0,
    ageOf(metadata.creationTimestamp, now),
  ],
);

export const leases: TablePrinter = printer<Lease>(
  [NAME_COLUMN, text("Holder", "Who holds the lease."), AGE_COLUMN],
  ({ metadata, spec }, now) => [
    metadata.name ?? "",
    spec?.holderIdentity ?? "",
    ageOf(metadata.creationTimestamp, now),
  ],
);

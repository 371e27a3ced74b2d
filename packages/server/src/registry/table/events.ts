import type { KubeObject } from "../../api/object.ts";
import type { Event } from "../../api/types.ts";
import { eventToCore } from "../resources/event-conversion.ts";
import { printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** `kubelet, node-1`: who reports, and on which machine or as which instance. */
function sourceText(event: Readonly<Event>): string {
  const { source, reportingComponent, reportingInstance } = event;
  const component = source?.component || reportingComponent || "";
  const instance = source?.host || reportingInstance || "";
  return instance === "" ? component : `${component}, ${instance}`;
}

function objectText({ involvedObject }: Readonly<Event>): string {
  const kind = (involvedObject?.kind ?? "").toLowerCase();
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind;
}

/** @see kubernetes pkg/printers/internalversion/printers.go (printEvent) */
export const coreEvents: TablePrinter = printer<Event>(
  [
    text("Last Seen", "How long ago it last happened."),
    text("Type", "Whether it is normal or a warning."),
    text("Reason", "What happened, as one word."),
    text("Object", "The object to which it happened."),
    wideText("Subobject", "The part of the object to which it happened."),
    wideText("Source", "Who reports it."),
    text("Message", "What happened, for people."),
    wideText("First Seen", "How long ago it first happened."),
    wideText("Count", "How often it happened."),
    { ...NAME_COLUMN, priority: 1 },
  ],
  (event, now) => {
    const { series, firstTimestamp, lastTimestamp, eventTime } = event;
    const first = ageOf(firstTimestamp ?? eventTime, now);
    const last =
      series === undefined
        ? lastTimestamp == null
          ? first
          : ageOf(lastTimestamp, now)
        : ageOf(series.lastObservedTime, now);
    return [
      last,
      event.type ?? "",
      event.reason ?? "",
      objectText(event),
      event.involvedObject?.fieldPath ?? "",
      sourceText(event),
      (event.message ?? "").trim(),
      first,
      series === undefined ? event.count || 1 : (series.count ?? 0),
      event.metadata.name ?? "",
    ];
  },
);

/** Events of events.k8s.io look like core events. */
export const newEvents: TablePrinter = {
  columns: coreEvents.columns,
  cells: (object: Readonly<KubeObject>, now) => coreEvents.cells(eventToCore(object), now),
};

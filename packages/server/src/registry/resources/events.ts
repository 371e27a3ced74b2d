/**
 * Events, which the core group and events.k8s.io show in two forms. Hooks read either form, and
 * errors name the fields of the core form, as upstream's do for both groups.
 * @see kubernetes pkg/apis/core/validation/events.go, pkg/registry/core/event/strategy.go
 */
import { type FieldError, invalidValue, required, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import {
  checkComplaints,
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import { validateObjectMeta } from "../../api/validation/metadata.ts";
import { validateObjectMetaChange } from "../../api/validation/metadata-update.ts";
import { dnsSubdomainComplaints, utf8Length } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";

interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

interface EventSource {
  component?: string;
  host?: string;
}

/** What both forms say, by the names of the core form. */
interface EventView {
  readonly involvedObject: ObjectReference;
  readonly related: unknown;
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
  readonly firstTimestamp: unknown;
  readonly lastTimestamp: unknown;
  readonly count: number;
  readonly type: string;
  readonly eventTime: unknown;
  readonly series: { count?: number; lastObservedTime?: string | null } | undefined;
  readonly action: string;
  readonly reportingController: string;
  readonly reportingInstance: string;
}

const NAME_MAX_BYTES = 128;
const MESSAGE_MAX_BYTES = 1024;

function viewOf(event: KubeObject): EventView {
  const text = (...names: string[]) => {
    const name = names.find((candidate) => event[candidate] != null);
    return name === undefined ? "" : (event[name] as string);
  };
  return {
    involvedObject: (event.involvedObject ?? event.regarding ?? {}) as ObjectReference,
    related: event.related,
    reason: text("reason"),
    message: text("message", "note"),
    source: (event.source ?? event.deprecatedSource ?? {}) as EventSource,
    firstTimestamp: event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? null,
    lastTimestamp: event.lastTimestamp ?? event.deprecatedLastTimestamp ?? null,
    count: (event.count ?? event.deprecatedCount ?? 0) as number,
    type: text("type"),
    eventTime: event.eventTime ?? null,
    series: (event.series ?? undefined) as EventView["series"],
    action: text("action"),
    reportingController: text("reportingComponent", "reportingController"),
    reportingInstance: text("reportingInstance"),
  };
}

/** An event is about an object of its own namespace, or about one that has none. */
function checkNamespace(view: EventView, namespace: string, errors: FieldErrors): void {
  const { namespace: about = "" } = view.involvedObject;
  const isNew = view.eventTime !== null;
  const fits =
    about === ""
      ? namespace === "" || namespace === "default" || (isNew && namespace === "kube-system")
      : isNew || about === namespace;
  if (fits) return;
  const field = root("involvedObject", "namespace");
  errors.push(invalidValue(field, about, "does not match event.namespace"));
}

function checkLimit(value: string, field: string, limit: number, errors: FieldErrors): void {
  if (utf8Length(value) <= limit) return;
  errors.push(invalidValue(root(field), "", `can have at most ${limit} characters`));
}

function checkNewStyle(view: EventView, controllerField: string, errors: FieldErrors): void {
  const { reportingController, message } = view;
  if (reportingController === "") errors.push(required(root(controllerField)));
  checkQualifiedName(reportingController, root(controllerField), errors);
  for (const field of ["reportingInstance", "action", "reason"] as const) {
    if (view[field] === "") errors.push(required(root(field)));
    checkLimit(view[field], field, NAME_MAX_BYTES, errors);
  }
  checkLimit(message, "message", MESSAGE_MAX_BYTES, errors);
}

/** The rules that both groups share; the core group has no others. */
function checkShared(event: KubeObject, controllerField: string, errors: FieldErrors): void {
  const view = viewOf(event);
  const { namespace = "" } = event.metadata;
  checkNamespace(view, namespace, errors);
  if (view.eventTime !== null) checkNewStyle(view, controllerField, errors);
  checkComplaints(namespace, dnsSubdomainComplaints(namespace), root("namespace"), errors);
}

function validateCore(event: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  checkShared(event, "reportingComponent", errors);
  return errors;
}

function checkSeries(view: EventView, errors: FieldErrors): void {
  if (view.series === undefined) return;
  const { count = 0, lastObservedTime } = view.series;
  if (count < 2) errors.push(invalidValue(root("series", "count"), "", "should be at least 2"));
  if (lastObservedTime == null) errors.push(required(root("series", "lastObservedTime")));
}

function validateNew(event: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const view = viewOf(event);
  checkShared(event, "reportingController", errors);
  errors.push(...validateObjectMeta(event.metadata, { namespaced: true }));
  checkSeries(view, errors);
  if (view.eventTime === null) errors.push(required(root("eventTime")));
  if (view.type !== "Normal" && view.type !== "Warning") {
    errors.push(invalidValue(root("type"), "", `has invalid value: ${view.type}`));
  }
  const unset = (field: string) => errors.push(invalidValue(root(field), "", "needs to be unset"));
  if (view.firstTimestamp !== null) unset("firstTimestamp");
  if (view.lastTimestamp !== null) unset("lastTimestamp");
  if (view.count !== 0) unset("count");
  if ((view.source.component ?? "") !== "" || (view.source.host ?? "") !== "") unset("source");
  return errors;
}

/** In upstream's order, `reason` twice as there. */
const FIXED_FIELDS = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "reason",
  "type",
  "eventTime",
  "action",
  "related",
  "reportingController",
  "reportingInstance",
] as const;

/** What prints as the structs that a Go server holds. */
const STRUCTS: Partial<Record<keyof EventView, string>> = {
  involvedObject: "core.v1.ObjectReference",
  source: "core.v1.EventSource",
  related: "*core.v1.ObjectReference",
};

/** Only the series of an event of the new style goes on. */
function validateNewUpdate(event: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const view = viewOf(event);
  const before = viewOf(old);
  checkShared(event, "reportingController", errors);
  errors.push(...validateObjectMetaChange(event.metadata, old.metadata, true));
  if (!semanticEqual(view.series, before.series)) checkSeries(view, errors);
  for (const field of FIXED_FIELDS) {
    if (semanticEqual(view[field], before[field])) continue;
    const type = STRUCTS[field];
    const shown = type === undefined ? view[field] : internalForm(type, view[field]);
    errors.push(invalidValue(root(field), shown ?? null, IMMUTABLE));
  }
  return errors;
}

function referenceFields(prefix: string, reference: ObjectReference): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name of [
    "kind",
    "namespace",
    "name",
    "uid",
    "apiVersion",
    "resourceVersion",
    "fieldPath",
  ] as const) {
    fields[`${prefix}.${name}`] = reference[name] ?? "";
  }
  return fields;
}

export const eventsStrategy: Strategy = {
  group: "",
  resource: "events",
  uncached: true,
  metadataRules: { noneOnCreate: true },
  updateChecks: ["own"],
  ignoresPropagation: true,
  createOnUpdate: true,
  validateCreate: validateCore,
  validateUpdate: validateCore,
  selectableFields: (event) => {
    const { involvedObject, reason, reportingController, source, type } = viewOf(event);
    return {
      ...referenceFields("involvedObject", involvedObject),
      reason,
      reportingComponent: reportingController,
      source: source.component || reportingController,
      type,
    };
  },
};

export const newEventsStrategy: Strategy = {
  group: "events.k8s.io",
  resource: "events",
  uncached: true,
  // Metadata comes second here, and `validateNew` looks at it.
  metadataRules: { noneOnCreate: true },
  updateChecks: ["own"],
  ignoresPropagation: true,
  createOnUpdate: true,
  validateCreate: validateNew,
  validateUpdate: validateNewUpdate,
  selectableFields: (event) => {
    const { involvedObject, reason, reportingController, type } = viewOf(event);
    return { ...referenceFields("regarding", involvedObject), reason, reportingController, type };
  },
};

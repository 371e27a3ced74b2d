import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status-error.ts";
import type { ObjectMeta } from "../../api/types.ts";
import { defaultPrinter, type TablePrinter } from "./table-printer.ts";

/** The annotation that ends the initial events of a watch. */
export const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** What rows carry besides their cells. */
export type IncludeObject = "Metadata" | "Object" | "None";

export interface TableOptions {
  readonly printer: TablePrinter;
  /** `v1` or `v1beta1` of meta.k8s.io. */
  readonly version: string;
  readonly includeObject: IncludeObject;
  /** Annotations that metadata alone does not have. */
  readonly hidden: readonly string[] | undefined;
  readonly now: number;
}

/** @throws StatusError 400 for a value that is none */
export function parseIncludeObject(value: string | undefined): IncludeObject {
  if (value === undefined || value === "" || value === "Metadata") return "Metadata";
  if (value === "Object" || value === "None") return value;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/**
 * Metadata alone, as the meta.k8s.io group shows any object.
 * @param hidden - annotations that it does not have
 */
export function partialMetadata(
  { metadata }: Readonly<KubeObject>,
  version: string,
  hidden: readonly string[] | undefined,
): KubeObject {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${version}`,
    metadata: hidden === undefined ? metadata : withoutAnnotations(metadata, hidden),
  };
}

function withoutAnnotations(metadata: ObjectMeta, hidden: readonly string[]): ObjectMeta {
  const { annotations = {}, ...rest } = metadata;
  const shown = Object.entries(annotations).filter(([name]) => !hidden.includes(name));
  // In the order of the schema's fields, which JSON keeps.
  return shown.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(shown) };
}

/** One row: cells, and whatever of the object was asked for. */
export function tableRow(object: Readonly<KubeObject>, options: TableOptions): unknown {
  const { printer, includeObject, version, hidden, now } = options;
  const conditions = printer.conditions?.(object) ?? [];
  return {
    cells: printer.cells(object, now),
    ...(conditions.length === 0 ? {} : { conditions }),
    object:
      includeObject === "Object"
        ? object
        : includeObject === "Metadata" || endsInitialEvents(object)
          ? partialMetadata(object, version, hidden)
          : null,
  };
}

/** Whoever wants no objects still has to see this mark. */
function endsInitialEvents({ metadata }: Readonly<KubeObject>): boolean {
  return metadata.annotations?.[INITIAL_EVENTS_END] === "true";
}

/**
 * A Table of meta.k8s.io. `withColumns` is false for all but the first event of a watch.
 * @see apimachinery pkg/apis/meta/v1/types.go (Table)
 */
export function tableOf(
  objects: readonly Readonly<KubeObject>[],
  metadata: Readonly<Record<string, unknown>>,
  options: TableOptions,
  withColumns = true,
): KubeObject {
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: withColumns ? options.printer.columns : null,
    rows: rowsOf(objects, options),
  };
}

/** Upstream's printer of kinds without columns never makes the list that it would put rows into. */
function rowsOf(
  objects: readonly Readonly<KubeObject>[],
  options: TableOptions,
): readonly unknown[] | null {
  if (objects.length === 0 && options.printer === defaultPrinter) return null;
  return inOrder(objects, options).map((object) => tableRow(object, options));
}

function inOrder(
  objects: readonly Readonly<KubeObject>[],
  { printer }: TableOptions,
): readonly Readonly<KubeObject>[] {
  const { compare } = printer;
  return compare === undefined ? objects : objects.toSorted(compare);
}

/** Short ways to describe the columns of a printer, and to make one for a kind. */
import type { KubeObject } from "../../api/object.ts";
import type { TableColumn, TablePrinter, TableRowCondition } from "./table-printer.ts";

function column(
  name: string,
  type: TableColumn["type"],
  description: string,
  priority: number,
): TableColumn {
  return { name, type, format: "", description, priority };
}

export function text(name: string, description: string): TableColumn {
  return column(name, "string", description, 0);
}

/** A column that only wide output shows. */
export function wideText(name: string, description: string): TableColumn {
  return column(name, "string", description, 1);
}

export function integer(name: string, description: string): TableColumn {
  return column(name, "integer", description, 0);
}

export function flag(name: string, description: string): TableColumn {
  return column(name, "boolean", description, 0);
}

/**
 * A printer whose functions see objects as one of the generated types.
 * Upstream prints Go structs, in which an absent number is 0: so `cells` has to say `?? 0`.
 */
export function printer<Typed extends object>(
  columns: readonly TableColumn[],
  cells: (object: Readonly<Typed>, now: number) => readonly unknown[],
  conditions?: (object: Readonly<Typed>) => readonly TableRowCondition[],
): TablePrinter {
  const typed = (object: Readonly<KubeObject>) => object as unknown as Readonly<Typed>;
  const base = {
    columns,
    cells: (object: Readonly<KubeObject>, now: number) => cells(typed(object), now),
  };
  if (conditions === undefined) return base;
  return { ...base, conditions: (object) => conditions(typed(object)) };
}

/** What the printers of one group do, by plural resource name. */
export type PrintersByResource = Readonly<Record<string, TablePrinter>>;

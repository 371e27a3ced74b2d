import type { KubeObject } from "../../api/object.ts";

/** A column as a Table describes it. `priority` above 0 shows only in wide output. */
export interface TableColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "boolean" | "number";
  /** `name` for the column that holds the object's name, else empty. */
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableRowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** How one kind looks in a Table. @see kubernetes pkg/printers/internalversion/printers.go */
export interface TablePrinter {
  readonly columns: readonly TableColumn[];
  /** One cell a column. `now` is milliseconds since 1970, for ages. */
  cells(object: Readonly<KubeObject>, now: number): readonly unknown[];
  conditions?(object: Readonly<KubeObject>): readonly TableRowCondition[];
  /** Order of the rows, where it is not that of the list. */
  compare?(left: Readonly<KubeObject>, right: Readonly<KubeObject>): number;
}

const NAME_DESCRIPTION =
  "Name of the object, unique among the objects of its kind in its namespace.";
const CREATED_DESCRIPTION = "When the server created the object, in UTC.";

export const NAME_COLUMN: TableColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description: NAME_DESCRIPTION,
  priority: 0,
};

export const AGE_COLUMN: TableColumn = {
  name: "Age",
  type: "string",
  format: "",
  description: CREATED_DESCRIPTION,
  priority: 0,
};

/** How Go writes a time that nobody has set. */
const ZERO_TIME = "0001-01-01T00:00:00Z";

/** For kinds without columns of their own. @see apiserver pkg/registry/rest/table.go */
export const defaultPrinter: TablePrinter = {
  columns: [
    NAME_COLUMN,
    { name: "Created At", type: "date", format: "", description: CREATED_DESCRIPTION, priority: 0 },
  ],
  cells: ({ metadata }) => [metadata.name ?? "", metadata.creationTimestamp ?? ZERO_TIME],
};

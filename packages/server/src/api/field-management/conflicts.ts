/**
 * Conflicts of an apply with the fields of others.
 * @see apimachinery pkg/util/managedfields/internal/conflict.go
 */
import { quoteGo } from "../go-quote.ts";
import { applyConflict, type StatusError } from "../status-error.ts";
import { difference, EMPTY_SET, type FieldSet, pathsOf, union } from "./field-set.ts";
import type { Managed, Manager } from "./managed-fields.ts";
import { printPath } from "./path-element.ts";
import { compareText } from "./text-order.ts";

/** Fields that were to be changed and belong to others, by `managerId`. */
export class Conflicts extends Error {
  readonly sets: ReadonlyMap<string, FieldSet>;
  readonly #managed: Managed;

  constructor(sets: ReadonlyMap<string, FieldSet>, managed: Managed) {
    super("conflicts");
    this.name = "Conflicts";
    this.sets = sets;
    this.#managed = managed;
  }

  /** Those that are left when conflicts about `allowed` do not count. */
  without(allowed: FieldSet): Conflicts {
    const left = [...this.sets]
      .map(([id, set]): [string, FieldSet] => [id, difference(set, allowed)])
      .filter(([, set]) => set.length > 0);
    return new Conflicts(new Map(left), this.#managed);
  }

  get fields(): FieldSet {
    return [...this.sets.values()].reduce(union, EMPTY_SET);
  }

  /** The 409 that lists them, manager by manager. */
  toStatusError(): StatusError {
    const groups = [...this.sets]
      .sort(([a], [b]) => compareText(a, b))
      .map(([id, set]) => ({
        who: printManager(this.#managed.get(id)?.manager),
        paths: [...pathsOf(set)].map(printPath),
      }));
    const causes = groups.flatMap(({ who, paths }) =>
      paths.map((field) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${who}`,
        field,
      })),
    );
    const [only] = causes;
    if (only !== undefined && causes.length === 1) {
      return applyConflict(`Apply failed with 1 conflict: ${only.message}: ${only.field}`, causes);
    }
    const lines = groups.flatMap(({ who, paths }) => [
      `conflicts with ${who}:`,
      ...paths.map((path) => `- ${path}`),
    ]);
    return applyConflict(
      `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`,
      causes,
    );
  }
}

function printManager(manager: Manager | undefined): string {
  if (manager === undefined) return quoteGo("");
  const { name, subresource, operation, apiVersion } = manager;
  const who =
    subresource === ""
      ? quoteGo(name)
      : `${quoteGo(name)} with subresource ${quoteGo(subresource)}`;
  return operation === "Update" ? `${who} using ${apiVersion}` : who;
}

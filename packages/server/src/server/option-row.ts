/**
 * What a value may be. A `list` takes several values separated by commas, from every repetition of
 * the flag; a flag of `texts` takes each value as it is, since issuers and paths may hold commas.
 */
export type OptionType = "string" | "boolean" | "integer" | "duration" | "list" | "texts";

/**
 * An option of a command, once: flag, `COUNTERSIGN_…` variable, key of the YAML file, the help and
 * docs/configuration.md all come from its row.
 */
export interface OptionRow {
  /** Flag without dashes; the variable is `COUNTERSIGN_` and the same in upper case. */
  readonly name: string;
  readonly type: OptionType;
  /** As text; empty for none. */
  readonly default: string;
  /** Shown in the help: `FILE`, `ADDRESS`. */
  readonly argument: string;
  readonly description: string;
  /**
   * For tests, and dangerous elsewhere: counts as a flag only, neither as a variable nor in the file,
   * so that nobody has it by accident, and the help does not show it.
   */
  readonly flagOnly?: true;
}

/** A row of a table. */
export function optionRow(
  name: string,
  type: OptionRow["type"],
  defaultText: string,
  argument: string,
  description: string,
): OptionRow {
  return { name, type, default: defaultText, argument, description };
}

/** `--data-dir` → `COUNTERSIGN_DATA_DIR`. */
export function variableOf(name: string): string {
  return `COUNTERSIGN_${name.toUpperCase().replaceAll("-", "_")}`;
}

import { parseDuration } from "../runtime/duration.ts";
import { OPTION_ROWS, type OptionRow, variableOf } from "./option-table.ts";

/** Raw values of one source, by option name: text, or a list of texts for repeated options. */
export type RawOptions = Readonly<Record<string, string | readonly string[] | boolean | number>>;

export interface OptionSources {
  readonly flags: RawOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The YAML file, parsed. */
  readonly file: RawOptions;
}

export type OptionValue = string | boolean | number | readonly string[];

/** All options with their values, flag before variable before file before default. */
export type ResolvedOptions = ReadonlyMap<string, OptionValue>;

/** Some options are wrong; every one of them is listed. */
export class OptionsError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "OptionsError";
    this.problems = problems;
  }
}

/** @throws OptionsError with every problem, not the first */
export function resolveOptions(sources: OptionSources): ResolvedOptions {
  const problems: string[] = [];
  const known = new Set(OPTION_ROWS.map(({ name }) => name));
  for (const name of Object.keys(sources.file)) {
    if (!known.has(name)) problems.push(`unknown option in the configuration file: ${name}`);
  }
  const values = new Map<string, OptionValue>();
  for (const row of OPTION_ROWS) {
    const raw =
      sources.flags[row.name] ??
      sources.environment[variableOf(row.name)] ??
      sources.file[row.name] ??
      row.default;
    const value = readValue(row, raw);
    if (value === undefined) {
      problems.push(`--${row.name}: ${JSON.stringify(raw)} is no ${row.type}`);
    } else values.set(row.name, value);
  }
  if (problems.length > 0) throw new OptionsError(problems);
  return values;
}

function readValue(row: OptionRow, raw: RawOptions[string]): OptionValue | undefined {
  if (row.type === "list") return readList(raw);
  if (typeof raw === "object") return undefined;
  const text = String(raw);
  switch (row.type) {
    case "string":
      return text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "integer":
      return /^\d+$/.test(text) ? Number(text) : undefined;
    case "duration":
      return parseDuration(text);
  }
}

function readList(raw: RawOptions[string]): readonly string[] {
  const texts = typeof raw === "object" ? raw : [String(raw)];
  return texts.flatMap((text) => text.split(",")).filter((text) => text !== "");
}

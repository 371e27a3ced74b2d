import { parseDuration } from "../runtime/duration.ts";
import { type OptionRow, variableOf } from "./option-row.ts";
import { OPTION_ROWS } from "./option-table.ts";

/** Raw values of one source, by option name: text, or a list of texts for repeated options. */
export type RawOptions = Readonly<Record<string, RawValue>>;
export type RawValue = string | readonly string[] | boolean | number;

export interface OptionSources {
  readonly flags: RawOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The YAML file, parsed. An option that is null there is as good as absent. */
  readonly file: Readonly<Record<string, unknown>>;
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

/**
 * @param table - of the command; by default that of `countersign up`
 * @throws OptionsError with every problem, not the first
 */
export function resolveOptions(
  sources: OptionSources,
  table: readonly OptionRow[] = OPTION_ROWS,
): ResolvedOptions {
  const problems = unknownOptions(sources.file, table);
  const values = new Map<string, OptionValue>();
  for (const row of table) {
    const { raw, origin } = findRaw(row, sources);
    const value = readValue(row, raw, origin);
    if (value === undefined) problems.push(refusal(row, raw, origin));
    else values.set(row.name, value);
  }
  if (problems.length > 0) throw new OptionsError(problems);
  return values;
}

function unknownOptions(file: OptionSources["file"], table: readonly OptionRow[]): string[] {
  const known = new Set(table.filter(({ flagOnly }) => !flagOnly).map(({ name }) => name));
  return Object.keys(file)
    .filter((name) => !known.has(name))
    .map((name) => `unknown option ${name} in the configuration file`);
}

type Origin = "flag" | "variable" | "file" | "default";

function findRaw(
  row: OptionRow,
  { flags, environment, file }: OptionSources,
): { readonly raw: unknown; readonly origin: Origin } {
  const flag = flags[row.name];
  if (flag !== undefined) return { raw: flag, origin: "flag" };
  if (row.flagOnly) return { raw: row.default, origin: "default" };
  const variable = environment[variableOf(row.name)];
  if (variable !== undefined) return { raw: variable, origin: "variable" };
  const inFile = file[row.name] ?? undefined;
  if (inFile !== undefined) return { raw: inFile, origin: "file" };
  return { raw: row.default, origin: "default" };
}

const TYPE_WORDS: Readonly<Record<OptionRow["type"], string>> = {
  string: "not a text",
  boolean: "neither true nor false",
  integer: "not a whole number",
  duration: "not a duration such as 90s or 24h",
  list: "not a list of texts",
  texts: "not a list of texts",
};

/** For flags in the words of kube-apiserver's flag library. @see github.com/spf13/pflag */
function refusal(row: OptionRow, raw: unknown, origin: Origin): string {
  const why = TYPE_WORDS[row.type];
  const value = typeof raw === "string" ? JSON.stringify(raw) : JSON.stringify(String(raw));
  if (origin === "flag") return `invalid argument ${value} for "--${row.name}" flag: ${why}`;
  const name = origin === "variable" ? variableOf(row.name) : `${row.name} in the file`;
  return `invalid value ${value} of ${name}: ${why}`;
}

function readValue(row: OptionRow, raw: unknown, origin: Origin): OptionValue | undefined {
  if (row.type === "list") return readTexts(raw, true);
  if (row.type === "texts") return readTexts(raw, origin === "variable");
  if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") {
    return undefined;
  }
  const text = String(raw);
  switch (row.type) {
    case "string":
      return text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "integer":
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "duration":
      return parseDuration(text);
  }
}

/**
 * One value that is empty is an empty list, but for a flag whose values are taken as they are: there
 * it is a value, which a check may refuse.
 */
function readTexts(raw: unknown, commas: boolean): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (!texts.every((each) => typeof each === "string" || typeof each === "number")) {
    return undefined;
  }
  const strings = texts.map(String);
  const isEmpty = strings.length === 1 && strings[0] === "" && (commas || !Array.isArray(raw));
  if (isEmpty) return [];
  return commas ? strings.flatMap((text) => text.split(",")) : strings;
}

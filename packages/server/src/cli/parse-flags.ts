import type { OptionRow } from "../server/option-row.ts";
import { OptionsError, type RawOptions, type RawValue } from "../server/options.ts";

/** What the command line of a command with options asks for. */
export interface Flags {
  readonly help: boolean;
  /** The YAML file, empty for none. */
  readonly config: string;
  readonly options: RawOptions;
}

/**
 * Reads flags as kube-apiserver reads its own: `--name value`, `--name=value`, and for booleans
 * `--name` and `--name=false`. Of a repeated flag the last value counts, or all of a list.
 * @throws OptionsError with every flag that is wrong
 * @see github.com/spf13/pflag
 */
export function parseFlags(args: readonly string[], table: readonly OptionRow[]): Flags {
  const rows = new Map(table.map((row) => [row.name, row]));
  const problems: string[] = [];
  const options: Record<string, RawValue> = {};
  let config = "";
  let help = false;
  for (let at = 0; at < args.length; at++) {
    const { name, value: attached, problem } = splitFlag(args[at] ?? "");
    const row = rows.get(name);
    if (problem !== undefined) problems.push(problem);
    else if (name === "help" || name === "h") help = true;
    else if (row === undefined && name !== "config") problems.push(`unknown flag: --${name}`);
    else if (row?.type === "boolean") options[name] = attached ?? true;
    else {
      const value = attached ?? args[++at];
      if (value === undefined) problems.push(`flag needs an argument: --${name}`);
      else if (row === undefined) config = value;
      else options[name] = withValue(row, options[name], value);
    }
  }
  if (problems.length > 0 && !help) throw new OptionsError(problems);
  return { help, config, options };
}

interface Flag {
  readonly name: string;
  readonly value?: string;
  readonly problem?: string;
}

function splitFlag(text: string): Flag {
  if (text === "-h") return { name: "h" };
  if (!text.startsWith("--")) {
    const problem = text.startsWith("-")
      ? `unknown shorthand flag: ${JSON.stringify(text[1] ?? "")} in ${text}`
      : `unknown argument ${JSON.stringify(text)}`;
    return { name: "", problem };
  }
  const equals = text.indexOf("=");
  return equals < 0
    ? { name: text.slice(2) }
    : { name: text.slice(2, equals), value: text.slice(equals + 1) };
}

function withValue(row: OptionRow, before: RawValue | undefined, value: string): RawValue {
  if (row.type !== "list" && row.type !== "texts") return value;
  return typeof before === "object" ? [...before, value] : [value];
}

import { Command } from "commander";
import { OPTION_ROWS } from "../server/option-table.ts";
import type { RawOptions } from "../server/options.ts";

/** Flags of `up` by option name; undefined when only the help was wanted. @throws on unknown flags */
export function parseUpFlags(args: readonly string[]): RawOptions | undefined {
  const command = new Command("countersign up")
    .description("Runs the control plane.")
    .option("--config <FILE>", "YAML file with the same options, without dashes")
    .allowExcessArguments(false);
  for (const row of OPTION_ROWS) {
    const flag = row.name === "no-node" ? "--no-node" : `--${row.name}`;
    const note = row.default === "" ? "" : ` (default ${row.default})`;
    if (row.name === "no-node") command.option(flag, row.description);
    else if (row.type === "boolean") {
      command.option(`${flag} [BOOL]`, row.description + note);
    } else if (row.type === "list") {
      command.option(`${flag} <${row.argument}>`, row.description + note, collect, []);
    } else command.option(`${flag} <${row.argument}>`, row.description + note);
  }
  command.parse(args, { from: "user" });
  return rawOptions(command.opts());
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** commander names `--data-dir` `dataDir`, and turns `--no-node` into `node: false`. */
function rawOptions(parsed: Record<string, unknown>): RawOptions {
  const raw: Record<string, string | readonly string[] | boolean | number> = {};
  for (const { name } of OPTION_ROWS) {
    if (name === "no-node") {
      if (parsed.node === false) raw[name] = true;
      continue;
    }
    const value = parsed[name.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase())];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    raw[name] = value as string | readonly string[] | boolean;
  }
  if (typeof parsed.config === "string") raw.config = parsed.config;
  return raw;
}

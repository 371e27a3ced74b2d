import { readFileSync } from "node:fs";
import { type OptionRow, variableOf } from "../server/option-row.ts";
import { OptionsError, type ResolvedOptions, resolveOptions } from "../server/options.ts";
import type { Flags } from "./parse-flags.ts";

/**
 * The options that flags, variables and file make together.
 * @param table - of the command
 * @throws OptionsError with everything that is wrong with them
 */
export async function readOptions(
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
  table: readonly OptionRow[],
): Promise<ResolvedOptions> {
  const path = flags.config === "" ? (environment[variableOf("config")] ?? "") : flags.config;
  const file = path === "" ? {} : await readYamlFile(path);
  return resolveOptions({ flags: flags.options, environment, file }, table);
}

async function readYamlFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    throw new OptionsError([`configuration file ${path}: ${firstLine(error)}`]);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new OptionsError([`configuration file ${path}: not a list of "option: value" lines`]);
  }
  return content as Record<string, unknown>;
}

/** The YAML parser draws a picture of the place below it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").replace(/:$/, "");
}

import { type OptionRow, variableOf } from "../server/option-row.ts";
import { COMMANDS } from "./command-table.ts";

/** What `countersign --help` prints. */
export function formatHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${[
    "Usage: countersign COMMAND [FLAGS]",
    "",
    "The Kubernetes service account system: API server, token issuer, RBAC, controllers.",
    "",
    ...lines,
    "",
    "  countersign COMMAND --help shows the flags of a command, countersign --version the version.",
  ].join("\n")}\n`;
}

/** What `countersign COMMAND --help` prints: every option with its type and default. */
export function formatCommandHelp(name: string, does: string, table: readonly OptionRow[]): string {
  return `${[
    `Usage: countersign ${name} [FLAGS]`,
    "",
    does,
    "",
    "  --config FILE",
    "        YAML file of the same options, without dashes; COUNTERSIGN_CONFIG names one, too",
    ...table.filter(({ flagOnly }) => !flagOnly).flatMap(optionLines),
    "",
    `Each flag is also a variable (--log-level: ${variableOf("log-level")}) and a key of the file.`,
    "Flag counts before variable before file before default.",
  ].join("\n")}\n`;
}

function optionLines(row: OptionRow): readonly string[] {
  const head = row.type === "boolean" ? `  --${row.name}` : `  --${row.name} ${row.argument}`;
  const repeated = row.type === "list" || row.type === "texts" ? "; may be repeated" : "";
  const byDefault = row.default === "" ? "" : ` (default ${row.default})`;
  return [head, `        ${row.description}${repeated}${byDefault}`];
}

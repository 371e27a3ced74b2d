/**
 * Writes `docs/configuration.md` from the tables of options: `npm run generate`. A test compares the
 * page with what this makes.
 */
import { writeFileSync } from "node:fs";
import { AGENT_OPTION_ROWS } from "../packages/server/src/cli/agent-option-table.ts";
import {
  type OptionRow,
  type OptionType,
  variableOf,
} from "../packages/server/src/server/option-row.ts";
import { OPTION_ROWS } from "../packages/server/src/server/option-table.ts";

/** Where the generated page stands. */
export const CONFIGURATION_FILE: URL = new URL("../docs/configuration.md", import.meta.url);

const HEAD = `# Configuration

Every option of \`countersign up\` and of \`countersign agent\`. Names are those of Kubernetes' own programs where they
have them. This page is generated from [option-table.ts](../packages/server/src/server/option-table.ts),
[agent-option-table.ts](../packages/server/src/cli/agent-option-table.ts) and
[shared-option-rows.ts](../packages/server/src/server/shared-option-rows.ts) by \`npm run generate\`.

An option can be given in three ways, and counts in this order:

1. as a flag: \`--secure-port 8443\` or \`--secure-port=8443\`; a boolean as \`--no-node\` or \`--no-node=false\`;
2. as an environment variable: \`COUNTERSIGN_SECURE_PORT=8443\`;
3. in a YAML file that \`--config FILE\` or \`COUNTERSIGN_CONFIG\` names:

   \`\`\`yaml
   secure-port: 8443
   service-account-issuer:
     - https://issuer.example.com
     - https://kubernetes.default.svc.cluster.local
   \`\`\`

Then comes the default. Everything is checked before anything starts: what is wrong is told in one line, the exit code is 1,
and nothing on disk has changed.

`;

const TYPES: Readonly<Record<OptionType, string>> = {
  string: "text",
  boolean: "true or false",
  integer: "whole number",
  duration: "duration: `90s`, `24h`, `1h30m`",
  list: "list: separated by commas, or the flag repeated",
  texts: "list: the flag repeated; in the variable separated by commas",
};

const FOR_TESTS = `# countersign up, for tests only

A server that has one of these is not safe. They count as flags only, neither as variables nor in the file, \`--help\`
does not show them, the log warns of them, and the server refuses to start with them unless its state is in memory and
its address is the loopback's.
`;

/** The text of the page. */
export function formatConfigurationPage(): string {
  return [
    `${HEAD}# countersign up`,
    "Names are kube-apiserver's where it has them; some are kube-controller-manager's.\n",
    OPTION_ROWS.filter(({ flagOnly }) => !flagOnly)
      .map(formatRow)
      .join("\n"),
    FOR_TESTS,
    OPTION_ROWS.filter(({ flagOnly }) => flagOnly)
      .map(formatRow)
      .join("\n"),
    "# countersign agent",
    "Names are kubelet's where it has them.\n",
    AGENT_OPTION_ROWS.map(formatRow).join("\n"),
  ].join("\n");
}

function formatRow(row: OptionRow): string {
  const { name, type, argument, description, flagOnly } = row;
  const flag = type === "boolean" ? `--${name}` : `--${name} ${argument}`;
  const byDefault = row.default === "" ? "none" : `\`${row.default}\``;
  return `## \`${flag}\`

${sentence(description)}

- ${TYPES[type]}; default: ${byDefault}
- ${flagOnly ? "no variable" : `variable \`${variableOf(name)}\``}
`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

if (import.meta.main) writeFileSync(CONFIGURATION_FILE, formatConfigurationPage());

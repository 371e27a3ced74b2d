import { COMMANDS } from "./command-table.ts";
import { describeFailure, UsageError } from "./failure.ts";
import { PACKAGE_VERSION } from "./package-version.ts";

const [verb = "", ...args] = process.argv.slice(2);
try {
  await run();
} catch (error) {
  process.stderr.write(`countersign: ${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const command = COMMANDS.find(({ name }) => name === verb);
  if (command !== undefined) await (await command.load())(args);
  else if (verb === "--version") process.stdout.write(`countersign ${PACKAGE_VERSION}\n`);
  else if (verb === "--help" || verb === "-h" || verb === "help") {
    process.stdout.write((await import("./help.ts")).formatHelp());
  } else {
    const known = COMMANDS.map(({ name }) => name).join(", ");
    const what = verb === "" ? "no command given" : `unknown command ${JSON.stringify(verb)}`;
    throw new UsageError(`${what}; commands: ${known}; see countersign --help`);
  }
}

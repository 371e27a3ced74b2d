import { describeStartError, up } from "./commands/up.ts";

const [command, ...args] = process.argv.slice(2);
try {
  if (command === "up") await up(args);
  else {
    process.stderr.write(
      `countersign: unknown command ${JSON.stringify(command ?? "")}; try: countersign up\n`,
    );
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`countersign: ${describeStartError(error)}\n`);
  process.exitCode = 1;
}

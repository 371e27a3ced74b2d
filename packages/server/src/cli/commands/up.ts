import { realClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { configFromOptions } from "../../server/config.ts";
import { OPTION_ROWS } from "../../server/option-table.ts";
import { startServer } from "../../server/server.ts";
import { readOptions } from "../configuration.ts";
import { createLogger } from "../logger.ts";
import { parseFlags } from "../parse-flags.ts";
import { settleMemoryAtRest } from "../settle-memory.ts";
import { stopSignal } from "../stop-signal.ts";

/** `countersign up`: runs the control plane until it is told to stop. */
export async function up(args: readonly string[]): Promise<void> {
  const flags = parseFlags(args, OPTION_ROWS);
  if (flags.help) {
    const { formatCommandHelp } = await import("../help.ts");
    const does = "Runs the control plane, and a node on Linux, until it is told to stop.";
    process.stdout.write(formatCommandHelp("up", does, OPTION_ROWS));
    return;
  }
  const config = configFromOptions(await readOptions(flags, process.env, OPTION_ROWS));
  const stop = stopSignal();
  const server = await startServer(config, {
    clock: realClock,
    random: systemRandom,
    logger: createLogger(config, process.stderr.isTTY),
  });
  const startedInMs = Math.round(performance.now());
  process.stdout.write(
    `countersign ready ${server.url} kubeconfig ${server.kubeconfigPath} in ${startedInMs} ms\n`,
  );
  settleMemoryAtRest();
  await stop;
  await server[Symbol.asyncDispose]();
}

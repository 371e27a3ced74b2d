import { realClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { startServer } from "../../server/server.ts";
import { readConfiguration } from "../configuration.ts";
import { createLogger } from "../logger.ts";
import { parseUpFlags } from "../parse-flags.ts";
import { settleMemoryAtRest } from "../settle-memory.ts";

/** `countersign up`: runs the control plane until it is told to stop. */
export async function up(args: readonly string[]): Promise<void> {
  const flags = parseUpFlags(args);
  if (flags.help) {
    process.stdout.write((await import("../help.ts")).formatUpHelp());
    return;
  }
  const config = await readConfiguration(flags, process.env);
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

/** Resolves at the first SIGINT or SIGTERM; the second ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const onSignal = (): void => {
      if (told) process.exit(1);
      told = true;
      resolve();
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}

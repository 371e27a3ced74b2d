import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { realClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { type Config, configFromOptions } from "../../server/config.ts";
import { OptionsError, type RawOptions, resolveOptions } from "../../server/options.ts";
import { startServer } from "../../server/server.ts";
import { createLogger } from "../logger.ts";
import { parseUpFlags } from "../up-flags.ts";

/** `countersign up`: runs the control plane until it is told to stop. */
export async function up(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  if (config === undefined) return;
  const logger = createLogger(config.logLevel);
  const stop = stopSignal();
  const server = await startServer(config, { clock: realClock, random: systemRandom, logger });
  const startedIn = Math.round(performance.now());
  process.stdout.write(
    `countersign ready ${server.url} kubeconfig ${server.kubeconfigPath} in ${startedIn} ms\n`,
  );
  await stop;
  await server[Symbol.asyncDispose]();
}

function readConfig(args: readonly string[]): Config | undefined {
  const flags = parseUpFlags(args);
  if (flags === undefined) return undefined;
  const { config: configFile, ...options } = flags;
  const file =
    configFile === undefined
      ? {}
      : ((parse(readFileSync(String(configFile), "utf8")) ?? {}) as RawOptions);
  return configFromOptions(resolveOptions({ flags: options, environment: process.env, file }));
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

/** One line that says what is wrong, for errors that a user can do something about. */
export function describeStartError(error: unknown): string {
  if (error instanceof OptionsError) return error.problems.join("\n");
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `the address is in use: ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

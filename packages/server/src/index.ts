/**
 * The server as a library: the control plane of `countersign up` inside another process.
 *
 *     await using server = await start({ "data-dir": "state", "secure-port": 0 });
 *     console.log(server.url, server.kubeconfigPath);
 */
import { realClock } from "./runtime/clock.ts";
import { silentLogger } from "./runtime/logger.ts";
import { systemRandom } from "./runtime/random.ts";
import { configFromOptions } from "./server/config.ts";
import { type RawOptions, resolveOptions } from "./server/options.ts";
import { type RunningServer, type ServerDependencies, startServer } from "./server/server.ts";

export type { Clock } from "./runtime/clock.ts";
export type { LogFields, Logger } from "./runtime/logger.ts";
export type { Random } from "./runtime/random.ts";
export { OptionsError, type RawOptions, type RawValue } from "./server/options.ts";
export type { RunningServer, ServerDependencies } from "./server/server.ts";

/**
 * Starts a control plane; it is ready when the promise resolves, and drains when it is disposed of.
 * @param options - by the names of the flags of `countersign up`, without dashes
 * @param dependencies - the system's clock and randomness, and no log, where absent
 * @throws OptionsError with everything that is wrong with the options; what else prevents the start
 */
export async function start(
  options: RawOptions = {},
  dependencies: Partial<ServerDependencies> = {},
): Promise<RunningServer> {
  const config = configFromOptions(resolveOptions({ flags: options, environment: {}, file: {} }));
  return await startServer(config, {
    clock: realClock,
    random: systemRandom,
    logger: silentLogger,
    ...dependencies,
  });
}

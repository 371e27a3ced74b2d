import { join, resolve } from "node:path";
import { realClock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { type Config, configFromOptions } from "../../server/config.ts";
import { NodeProcess } from "../../server/node-process.ts";
import { OPTION_ROWS } from "../../server/option-table.ts";
import { OptionsError } from "../../server/options.ts";
import { type RunningServer, startServer } from "../../server/server.ts";
import { readOptions } from "../configuration.ts";
import { readImageCredentials } from "../image-credentials.ts";
import { createLogger } from "../logger.ts";
import { parseFlags } from "../parse-flags.ts";
import { settleMemoryAtRest } from "../settle-memory.ts";
import { stopSignal } from "../stop-signal.ts";

/**
 * For the agent, in MiB. V8 would let its young generation grow to 16 MiB and a copy while a hundred pods
 * start, which start no sooner for it.
 */
const YOUNG_GENERATION = "--max-semi-space-size=2";

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
  await checkImageCredentials(config);
  const stop = stopSignal();
  const logger = createLogger(config, process.stderr.isTTY);
  const server = await startServer(config, { clock: realClock, random: systemRandom, logger });
  const startedInMs = Math.round(performance.now());
  process.stdout.write(
    `countersign ready ${server.url} kubeconfig ${server.kubeconfigPath} in ${startedInMs} ms\n`,
  );
  settleMemoryAtRest();
  const node = config.node ? startNode(config, server, logger) : undefined;
  await stop;
  // Its pods end, and it tells so, while the API is still there.
  await node?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
}

function imageCredentialFlags({ imageCredentials }: Config): readonly string[] {
  const { configPath, binDirectory } = imageCredentials;
  if (configPath === "" && binDirectory === "") return [];
  return [
    ...["--image-credential-provider-config", configPath],
    ...["--image-credential-provider-bin-dir", binDirectory],
  ];
}

function imageCollectionFlags({ imageCollection }: Config): readonly string[] {
  const { highThresholdPercent, lowThresholdPercent, minAgeMs } = imageCollection;
  return [
    ...["--image-gc-high-threshold", String(highThresholdPercent)],
    ...["--image-gc-low-threshold", String(lowThresholdPercent)],
    ...["--minimum-image-ttl-duration", `${minAgeMs}ms`],
  ];
}

/** The node would not start with bad ones, and start again, and again. @throws OptionsError */
async function checkImageCredentials({ node, imageCredentials }: Config): Promise<void> {
  const problems: string[] = [];
  if (node) await readImageCredentials(imageCredentials, problems);
  if (problems.length > 0) throw new OptionsError(problems);
}

/** A node of this machine, as a child that joins like any other. Undefined where there can be none. */
function startNode(config: Config, server: RunningServer, logger: Logger): NodeProcess | undefined {
  if (process.platform !== "linux") {
    logger.info({ platform: process.platform }, "a node needs Linux: running without one");
    return undefined;
  }
  const directory = resolve(config.dataDir, "node");
  const kubeconfig = join(directory, "bootstrap-kubeconfig");
  return new NodeProcess({
    command: [process.execPath, ...process.execArgv, YOUNG_GENERATION, process.argv[1] ?? ""],
    flags: [
      ...["--bootstrap-kubeconfig", kubeconfig, "--root-dir", directory, "--port", "0"],
      ...["--runtime", config.runtime, "--node-name", config.nodeName, "--exit-with-stdin"],
      ...["--max-pods", String(config.nodeMaxPods)],
      ...config.images.flatMap((row) => ["--image", row]),
      ...imageCredentialFlags(config),
      ...imageCollectionFlags(config),
      // Keys and state of the server are nothing that a pod may see.
      ...["--masked-paths", resolve(config.dataDir)],
      ...["--log-level", config.logLevel, "--log-format", config.logFormat],
    ],
    prepare: () => server.writeJoinKubeconfig(kubeconfig),
    clock: realClock,
    logger,
  });
}

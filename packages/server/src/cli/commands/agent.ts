import { createNodeAgent } from "../../agent/node-agent.ts";
import { realClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { lockDataDirectory } from "../../storage/data-directory-lock.ts";
import { agentConfigFromOptions } from "../agent-config.ts";
import { AGENT_OPTION_ROWS } from "../agent-option-table.ts";
import { readOptions } from "../configuration.ts";
import { createLogger } from "../logger.ts";
import { parseFlags } from "../parse-flags.ts";
import { settleMemoryAfterWork } from "../settle-memory.ts";
import { stopSignal } from "../stop-signal.ts";

/** `countersign agent`: runs a node of a cluster until it is told to stop. */
export async function agent(args: readonly string[]): Promise<void> {
  const flags = parseFlags(args, AGENT_OPTION_ROWS);
  if (flags.help) {
    const { formatCommandHelp } = await import("../help.ts");
    const does = "Runs a node of a cluster until it is told to stop.";
    process.stdout.write(formatCommandHelp("agent", does, AGENT_OPTION_ROWS));
    return;
  }
  const options = await readOptions(flags, process.env, AGENT_OPTION_ROWS);
  const { agent: config, exitWithStdin, ...log } = await agentConfigFromOptions(options);
  using _lock = lockDataDirectory(config.rootDirectory);
  const stop = new AbortController();
  const told = exitWithStdin ? Promise.race([stopSignal(), stdinEnds()]) : stopSignal();
  void told.then(() => stop.abort());
  const running = createNodeAgent({
    config,
    clock: realClock,
    random: systemRandom,
    logger: createLogger(log, process.stderr.isTTY),
    onReady: (port) => {
      const startedInMs = Math.round(performance.now());
      process.stdout.write(
        `countersign agent ready ${config.nodeName} port ${port} in ${startedInMs} ms\n`,
      );
      settleMemoryAfterWork();
    },
  });
  await running.run({ signal: stop.signal });
  // A pipe that is being read keeps the process.
  if (exitWithStdin) process.stdin.destroy();
}

/** Whoever has started this process as a child holds the other end, and lets go when it ends. */
function stdinEnds(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    process.stdin.once("end", end).once("error", end).once("close", end).resume();
  });
}

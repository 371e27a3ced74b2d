import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";

export interface NodeProcessOptions {
  /** What starts `countersign`: a program and its first arguments. */
  readonly command: readonly string[];
  /** Of `countersign agent`. */
  readonly flags: readonly string[];
  /** Called before every start: the credential to join with does not live long. */
  readonly prepare: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Who has lived so long does not fail at the start. */
const STEADY_MS = 60_000;
/** How long the agent may take to end its pods. */
const STOP_MS = 10_000;

/**
 * Keeps the agent of a node running as a child: started again when it ends, and ended with this
 * process, however that ends, since the agent's standard input is a pipe that nobody else holds.
 * Disposing of it waits until the child has ended.
 */
export class NodeProcess implements AsyncDisposable {
  readonly #options: NodeProcessOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #child: ChildProcess | undefined;

  constructor(options: NodeProcessOptions) {
    this.#options = options;
    this.#running = this.#run().catch((error: unknown) =>
      options.logger.error({ error }, "there is no node any more"),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const child = this.#child;
    child?.kill("SIGTERM");
    const cancel = this.#options.clock.after(STOP_MS, () => child?.kill("SIGKILL"));
    await this.#running;
    cancel();
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stop;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = clock.now();
      const ended = await this.#runOnce();
      if (signal.aborted) return;
      if (clock.now() - startedAt >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      logger.warn(
        { ended, againInMs: pauseMs },
        "the agent of the node has ended; starting it again",
      );
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** @returns exit code, or the signal that ended it */
  async #runOnce(): Promise<number | string> {
    const { command, flags, prepare } = this.#options;
    prepare();
    const [program = "", ...first] = command;
    const child = spawn(program, [...first, "agent", ...flags], {
      // Its log goes where ours does; what it prints is for those who start it themselves.
      stdio: ["pipe", "ignore", "inherit"],
      env: withoutOptions(process.env),
    });
    this.#child = child;
    // A pipe to a process that has gone.
    child.stdin?.on("error", () => {});
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    this.#child = undefined;
    return code ?? signal ?? "unknown";
  }
}

/** Variables that are options of this command are no options of that one. */
function withoutOptions(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("COUNTERSIGN_")),
  );
}

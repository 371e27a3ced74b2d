import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import {
  type AttachRequest,
  type ContainerConfig,
  type ContainerProcess,
  type ContainerState,
  RuntimeError,
} from "../pod-runtime.ts";
import type { ContainerCgroups } from "./cgroups.ts";
import type { Child } from "./child.ts";
import type { ContainerIo } from "./container-io.ts";
import type { ContainerLog } from "./container-log.ts";
import type { ContainerUser } from "./container-user.ts";
import type { ResolvedImage } from "./images.ts";
import type { InitProcess } from "./init-script.ts";
import { MainProcess } from "./main-process.ts";
import { TerminalSize } from "./terminal-size.ts";
import type { HostTools } from "./tools.ts";

/** What a container is started with, decided when it is created. */
export interface ContainerSpec {
  readonly config: ContainerConfig;
  readonly image: ResolvedImage;
  readonly user: ContainerUser;
  /** Arguments of `setpriv`. */
  readonly privileges: readonly string[];
  readonly init: InitProcess;
}

/** What a container has while it runs. */
export interface RunningParts {
  readonly child: Child;
  readonly io: ContainerIo;
  readonly log: ContainerLog;
  readonly cgroups: ContainerCgroups;
  /** Whether it has a namespace of processes of its own. */
  readonly isFirst: boolean;
}

/** How long outputs may take to be read to their end when the container has ended. */
const DRAIN_MS = 2000;
/** @see containerd internal/cri/server/container_start.go, kubernetes ContainerStateTerminated */
const START_FAILED = 128;

/** One run of a container, from its creation to its removal. */
export class ProcessContainer {
  readonly spec: ContainerSpec;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tools: HostTools;
  readonly #onChange: (container: ProcessContainer) => Promise<void>;
  readonly #finished = Promise.withResolvers<{ readonly exitCode: number }>();
  #announced: Promise<void> = Promise.resolve();
  #state: ContainerState;
  #parts: RunningParts | undefined;
  #main: MainProcess | undefined;
  #size: TerminalSize | undefined;

  constructor(
    spec: ContainerSpec,
    state: ContainerState,
    options: {
      readonly clock: Clock;
      readonly logger: Logger;
      readonly tools: HostTools;
      /** Called with the new state known, before anybody learns of it. */
      readonly onChange: (container: ProcessContainer) => Promise<void>;
    },
  ) {
    this.spec = spec;
    this.#state = state;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#tools = options.tools;
    this.#onChange = options.onChange;
  }

  get state(): ContainerState {
    return this.#state;
  }

  /** Of the process inside, as the host numbers it, while it runs. */
  get pid(): number | undefined {
    return this.#state.state === "running" ? this.#main?.pid : undefined;
  }

  get cgroups(): ContainerCgroups | undefined {
    return this.#parts?.cgroups;
  }

  /** Resolves when it has ended, and that is known and written down. */
  get finished(): Promise<{ readonly exitCode: number }> {
    return this.#finished.promise;
  }

  /** There will be no process. @throws RuntimeError `start-failed` */
  async giveUp(reason: string): Promise<never> {
    const message = `unable to start container process: error during container init: ${reason}`;
    const now = this.#clock.now();
    await this.#finish({ finishedAt: now, exitCode: START_FAILED, reason: "StartError", message });
    throw new RuntimeError("start-failed", message);
  }

  /** Takes over a process on its way. @throws RuntimeError `start-failed` when it does not get there */
  async follow(parts: RunningParts): Promise<void> {
    this.#parts = parts;
    const { child, io, log } = parts;
    const outputs = io.pump(log, (error) => {
      this.#logger.warn({ error, containerId: this.#state.id }, "cannot write a container's log");
    });
    // As early as it can be told: the command may end as soon as it has started.
    const { pid } = await child.report("pid");
    const { tty } = this.spec.config;
    const main =
      pid === undefined ? undefined : new MainProcess(child, { pid, tty, isFirst: parts.isFirst });
    const { started, text } = await child.report("started");
    child.silence();
    if (!started || main === undefined) {
      const exitCode = await (main?.exited ?? child.exited);
      await this.#release(outputs);
      await this.giveUp(text === "" ? `exit code ${exitCode}` : text);
    } else {
      this.#main = main;
      this.#size = tty ? new TerminalSize(this.#tools, () => this.pid) : undefined;
      this.#state = { ...this.#state, state: "running", startedAt: this.#clock.now() };
      const announced = this.#announce();
      void this.#watch(main, outputs);
      await announced;
    }
  }

  async #watch(main: MainProcess, outputs: Promise<void>): Promise<void> {
    const exitCode = await main.exited;
    const oomKilled = this.#parts?.cgroups.oomKilled() ?? false;
    await this.#release(outputs);
    const reason = oomKilled ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
    await this.#finish({ finishedAt: this.#clock.now(), exitCode, reason });
  }

  async #finish(
    end: Pick<ContainerState, "finishedAt" | "exitCode" | "reason" | "message">,
  ): Promise<void> {
    this.#state = { ...this.#state, state: "exited", ...end };
    await this.#announce();
    this.#finished.resolve({ exitCode: end.exitCode ?? 0 });
  }

  /** One change after the other: what is written down last is the last. */
  #announce(): Promise<void> {
    this.#announced = this.#announced.then(() => this.#onChange(this));
    return this.#announced;
  }

  /** Reads what is left; a client that is attached and takes nothing is not waited for. */
  async #release(outputs: Promise<void>): Promise<void> {
    const stop = new AbortController();
    await Promise.race([outputs, this.#clock.sleep(DRAIN_MS, stop.signal)]);
    stop.abort();
    this.#parts?.io.close();
    await this.#parts?.log.close();
  }

  /** SIGTERM, then SIGKILL; resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    const main = this.#main;
    if (main === undefined || this.#state.state !== "running") return;
    if (graceMs > 0) {
      const stop = new AbortController();
      main.terminate();
      await Promise.race([this.finished, this.#clock.sleep(graceMs, stop.signal)]);
      stop.abort();
    }
    main.kill();
    await this.finished;
  }

  /** @throws RuntimeError `not-found` when it does not run */
  attach(request: AttachRequest): ContainerProcess {
    if (this.#parts === undefined || this.#state.state !== "running") {
      throw new RuntimeError("not-found", `container ${this.#state.id} is not running`);
    }
    const resize = (columns: number, rows: number): void => this.#size?.set(columns, rows);
    return this.#parts.io.attach(request, resize, this.finished);
  }
}

import { execFile } from "node:child_process";
import { closeSync, constants, fchmodSync, fchownSync, openSync, unlinkSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Random } from "../../runtime/random.ts";
import { toolEnvironment } from "./host.ts";
import type { HostTools } from "./tools.ts";

/** A pipe with one end here and the other for a process. */
export interface ProcessPipe {
  readonly stream: Socket;
  /** To be closed here once the process has it. */
  readonly fd: number;
}

/** Lets go of both ends, where no process came to have one. */
export function closePipe({ stream, fd }: ProcessPipe): void {
  stream.destroy();
  closeSync(fd);
}

/** Many are made by one call of a program. */
const BATCH = 64;

/**
 * Pipes as a shell makes them. What Node makes for a child are sockets, and those cannot be opened by
 * name: `/dev/stdout`, where many images send their logs, would not work. Named pipes do as well:
 * both ends are opened, then the name is gone.
 */
export class Pipes {
  readonly #directory: string;
  readonly #tools: HostTools;
  readonly #random: Random;
  readonly #names: string[] = [];
  #refill: Promise<void> | undefined;

  constructor(directory: string, tools: HostTools, random: Random) {
    this.#directory = directory;
    this.#tools = tools;
    this.#random = random;
  }

  /** Removes what an earlier runtime left, and makes a first batch. */
  async open(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await this.#fill();
  }

  /** A pipe that a process writes to. It may be opened by name again by its owner. */
  async forOutput(
    owner: { readonly uid: number; readonly gid: number } | undefined,
  ): Promise<ProcessPipe> {
    const path = await this.#take();
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
    fchmodSync(fd, 0o600);
    return { stream: new Socket({ fd: reading, readable: true, writable: false }), fd };
  }

  /** A pipe that a process reads from. */
  async forInput(
    owner: { readonly uid: number; readonly gid: number } | undefined,
  ): Promise<ProcessPipe> {
    const path = await this.#take();
    // Opening either end waits for the other, but for one who opens both.
    const both = openSync(path, constants.O_RDWR);
    const fd = openSync(path, constants.O_RDONLY);
    const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(both);
    unlinkSync(path);
    if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
    fchmodSync(fd, 0o600);
    return { stream: new Socket({ fd: writing, readable: false, writable: true }), fd };
  }

  async #take(): Promise<string> {
    for (;;) {
      const name = this.#names.pop();
      if (this.#names.length < BATCH / 4) this.#refill ??= this.#fill();
      if (name !== undefined) return name;
      await this.#refill;
    }
  }

  async #fill(): Promise<void> {
    const prefix = Buffer.from(this.#random.bytes(8)).toString("hex");
    const names = Array.from({ length: BATCH }, (_, index) =>
      join(this.#directory, `${prefix}-${index}`),
    );
    try {
      await promisify(execFile)(this.#tools.mkfifo, ["-m", "600", ...names], {
        env: toolEnvironment(this.#tools),
      });
      this.#names.push(...names);
    } finally {
      this.#refill = undefined;
    }
  }

  async close(): Promise<void> {
    await this.#refill;
    await rm(this.#directory, { recursive: true, force: true });
  }
}

import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import type { Child } from "./child.ts";
import { childrenOf, heedsByDefault, readProcFile, readProcLink, startOf } from "./proc-status.ts";

const { SIGTERM, SIGKILL } = constants.signals;
const KILLED = 128 + SIGKILL;

export interface MainProcessOptions {
  /** Of the process inside, as the host numbers it. */
  readonly pid: number;
  /** Whether it is the command that has the terminal, and `script` what has `pid`. */
  readonly tty: boolean;
  /** Whether it is the first of a namespace of processes, with which all others end. */
  readonly isFirst: boolean;
}

/** The process of a container: how it is asked to end, is made to, and how it has ended. */
export class MainProcess {
  /** 128 + n after signal n; resolves when all processes of the container have ended. */
  readonly exited: Promise<number>;
  readonly #options: MainProcessOptions;
  readonly #startedAt: string | undefined;
  /** Keeps the namespace of its mounts, so that no other is taken for it when it has ended. */
  #mounts: PinnedNamespace | undefined;
  #endedFor: number | undefined;

  constructor(child: Pick<Child, "exited">, options: MainProcessOptions) {
    this.#options = options;
    this.#startedAt = startOf(options.pid);
    this.#mounts = options.isFirst ? undefined : pinNamespace(options.pid);
    this.exited = child.exited.then((code) => {
      this.#killAll();
      if (this.#mounts !== undefined) closeSync(this.#mounts.fd);
      this.#mounts = undefined;
      return this.#endedFor !== undefined && code === KILLED ? 128 + this.#endedFor : code;
    });
  }

  /** As the host numbers it; `undefined` when it has ended, and the number may be another's. */
  get pid(): number | undefined {
    const { pid } = this.#options;
    return this.#startedAt !== undefined && startOf(pid) === this.#startedAt ? pid : undefined;
  }

  /** Asks it to end, as the kernel would do it for any other process than the first of a namespace. */
  terminate(): void {
    const { pid, tty, isFirst } = this.#options;
    if (tty) {
      this.#signal(childrenOf(pid)[0] ?? pid, SIGTERM);
      return;
    }
    if (isFirst && heedsByDefault(readProcFile(pid, "status") ?? "", SIGTERM)) {
      this.#endedFor = SIGTERM;
      this.#signal(pid, SIGKILL);
    } else {
      this.#signal(pid, SIGTERM);
    }
  }

  /** Ends it and all it has started; nothing when they have ended. */
  kill(): void {
    if (this.#options.isFirst) this.#signal(this.#options.pid, SIGKILL);
    else this.#killAll();
  }

  #signal(pid: number, signal: number): void {
    if (this.pid !== undefined) kill(pid, signal);
  }

  /** In a namespace that others share, its processes are those that see its mounts. */
  #killAll(): void {
    const mounts = this.#mounts;
    if (mounts === undefined) return;
    const killed = new Set<number>();
    // Again until a round finds no new one: they may start others meanwhile.
    for (let before = -1; killed.size !== before; ) {
      before = killed.size;
      for (const name of readdirSync("/proc")) {
        const pid = Number(name);
        if (Number.isNaN(pid) || readProcLink(pid, "ns/mnt") !== mounts.link) continue;
        kill(pid, SIGKILL);
        killed.add(pid);
      }
    }
  }
}

interface PinnedNamespace {
  /** `mnt:[4026532345]`: the number is given again once nothing has the namespace open. */
  readonly link: string;
  readonly fd: number;
}

function pinNamespace(pid: number): PinnedNamespace | undefined {
  try {
    const fd = openSync(`/proc/${pid}/ns/mnt`, "r");
    const link = readlinkSync(`/proc/self/fd/${fd}`);
    if (link !== readlinkSync("/proc/self/ns/mnt")) return { link, fd };
    // Whatever went wrong: all the host's processes would be taken for the container's.
    closeSync(fd);
    return undefined;
  } catch {
    return undefined;
  }
}

function kill(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Clock, formatMicroTime } from "../../runtime/clock.ts";
import { LogLines, logPrefix } from "./log-lines.ts";

/** When a log is put aside, and how many are kept. @see kubernetes containerLogMaxSize, containerLogMaxFiles */
export interface LogRotation {
  readonly maxBytes: number;
  /** With the one that is written. */
  readonly maxFiles: number;
}

export const DEFAULT_LOG_ROTATION: LogRotation = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/**
 * The log of one run of a container, in the format of the CRI. Writing takes as long as the disk does,
 * and whoever waits for it reads no more meanwhile: nothing is kept in memory but a line.
 */
export class ContainerLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #rotation: LogRotation;
  readonly #lines = { stdout: new LogLines(), stderr: new LogLines() };
  #file: FileHandle | undefined;
  #bytes = 0;
  /** Ends with the last of the writes. */
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, clock: Clock, rotation: LogRotation) {
    this.#path = path;
    this.#clock = clock;
    this.#rotation = rotation;
  }

  /** Begins the file, or goes on with it. */
  async open(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o755 });
    await this.#reopen();
  }

  /** Resolves when it is written, after all that was to be written before. */
  write(stream: "stdout" | "stderr", chunk: Uint8Array): Promise<void> {
    const at = this.#clock.now();
    const entries = this.#lines[stream].push(chunk, prefixes(at, stream));
    return this.#append(entries);
  }

  /** Writes what is left of a stream that has ended. */
  end(stream: "stdout" | "stderr"): Promise<void> {
    return this.#append(this.#lines[stream].end(prefixes(this.#clock.now(), stream)));
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  #append(entries: Buffer): Promise<void> {
    if (entries.length === 0) return this.#last;
    const before = this.#last;
    const written = (async () => {
      await before.catch(() => {});
      if (this.#bytes >= this.#rotation.maxBytes) await this.#rotate();
      this.#bytes += entries.length;
      await this.#file?.appendFile(entries);
    })();
    // Who waits for this write learns of its failure; the next one tries again.
    this.#last = written.catch(() => {});
    return written;
  }

  /** Puts the file aside as a kubelet does, `0.log.20260102-030405`, and begins a new one. */
  async #rotate(): Promise<void> {
    const text = formatMicroTime(this.#clock.now());
    const stamp = text.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
    // Several may fall into a second; names still sort by time.
    await rename(this.#path, `${this.#path}.${stamp}.${text.slice(20, 23)}`);
    await this.#file?.close();
    await this.#reopen();
    const aside = await rotatedLogs(this.#path);
    const surplus = aside.slice(0, Math.max(0, aside.length - (this.#rotation.maxFiles - 1)));
    await Promise.all(surplus.map((path) => rm(path, { force: true })));
  }

  async #reopen(): Promise<void> {
    this.#file = await open(this.#path, "a", 0o640);
    this.#bytes = (await this.#file.stat()).size;
  }
}

/** Logs put aside, the oldest first. */
export async function rotatedLogs(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(dirname(path), name));
}

/** Removes logs put aside; the log itself is the agent's to remove. */
export async function removeRotatedLogs(path: string): Promise<void> {
  await Promise.all((await rotatedLogs(path)).map((each) => rm(each, { force: true })));
}

/** Lines of a chunk share their time, and so their prefix. */
function prefixes(at: number, stream: "stdout" | "stderr"): (tag: "F" | "P") => Buffer {
  const made: Partial<Record<"F" | "P", Buffer>> = {};
  return (tag) => {
    made[tag] ??= logPrefix(at, stream, tag);
    return made[tag];
  };
}

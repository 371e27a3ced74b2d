import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../runtime/clock.ts";
import { type LogRotation, putAside, removeSurplusLogs } from "../log-rotation.ts";
import { LogLines, logPrefix } from "./log-lines.ts";

/**
 * The log of one run of a container, in the format of the CRI. Writing takes as long as the disk does,
 * and whoever waits for it reads no more meanwhile: nothing is kept in memory but a line.
 */
export class ContainerLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #rotation: LogRotation;
  readonly #lines = { stdout: new LogLines(), stderr: new LogLines() };
  /** None before the first, after a failure to begin another, and at the end. */
  #file: FileHandle | undefined;
  #bytes = 0;
  #closed = false;
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

  /** What was to be written before is; what comes later is dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    await this.#closeFile();
  }

  #append(entries: Buffer): Promise<void> {
    if (entries.length === 0 || this.#closed) return this.#last;
    const before = this.#last;
    const written = (async () => {
      await before.catch(() => {});
      if (this.#file !== undefined && this.#bytes >= this.#rotation.maxBytes) await this.#rotate();
      if (this.#file === undefined) await this.#reopen();
      this.#bytes += entries.length;
      await this.#file?.appendFile(entries);
    })();
    // Who waits for this write learns of its failure; the next one tries again.
    this.#last = written.catch(() => {});
    return written;
  }

  async #rotate(): Promise<void> {
    try {
      await putAside(this.#path, this.#clock.now());
    } catch (error) {
      // Somebody has removed it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    await this.#closeFile();
    await this.#reopen();
    await removeSurplusLogs(this.#path, this.#rotation.maxFiles);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #reopen(): Promise<void> {
    this.#file = await open(this.#path, "a", 0o640);
    this.#bytes = (await this.#file.stat()).size;
  }
}

/** Lines of a chunk share their time, and so their prefix. */
function prefixes(at: number, stream: "stdout" | "stderr"): (tag: "F" | "P") => Buffer {
  const made: Partial<Record<"F" | "P", Buffer>> = {};
  return (tag) => {
    made[tag] ??= logPrefix(at, stream, tag);
    return made[tag];
  };
}

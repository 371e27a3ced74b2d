import type { Clock } from "../../runtime/clock.ts";
import { LogChanges } from "./log-changes.ts";
import { LogFile } from "./log-file.ts";
import { LogFormat, type LogOptions } from "./log-format.ts";

/** What a reader that follows has to know of the container. */
export interface LogSource {
  /** Absolute, of the file that is written now. */
  readonly path: string;
  /** Whether more may be written. */
  isRunning(): boolean;
  /** Calls `listener` when that may have changed; the returned function ends it. */
  onChange(listener: () => void): () => void;
}

/**
 * The log of one run of a container, in portions. One that is followed goes on until the container
 * has ended, the limit is reached, or `signal` aborts; when the file is rotated, the old one is read
 * to its end and the new one from its beginning.
 * @throws what the file system says when the file is not there
 */
export async function* readLog(
  source: LogSource,
  options: LogOptions,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new LogReader(source, options, clock, signal);
  try {
    yield* reader.run();
  } finally {
    await reader.close();
  }
}

class LogReader {
  readonly #source: LogSource;
  readonly #options: LogOptions;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #format: LogFormat;
  #file: LogFile | undefined;
  /** What has taken the file's place, until that is read to its end. */
  #successor: LogFile | undefined;
  #changes: LogChanges | undefined;
  #unsubscribe: () => void = () => {};
  /** The container had ended before the last look at the file. */
  #ended = false;

  constructor(source: LogSource, options: LogOptions, clock: Clock, signal: AbortSignal) {
    this.#source = source;
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#format = new LogFormat(options);
  }

  async *run(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#file = await LogFile.open(this.#source.path);
    const { tailLines, follow } = this.#options;
    if (tailLines !== undefined) await this.#file.seekLastLines(tailLines);
    // What is written meanwhile would be more than was asked for.
    let linesLeft = follow || tailLines === undefined ? Number.POSITIVE_INFINITY : tailLines;
    while (!this.#signal.aborted && linesLeft > 0) {
      const lines = (await this.#next()).slice(0, linesLeft);
      if (lines.length === 0) return;
      linesLeft -= lines.length;
      const shown = this.#format.format(lines);
      if (shown.length > 0) yield shown;
      if (this.#format.isFull) return;
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#changes?.[Symbol.dispose]();
    await this.#file?.[Symbol.asyncDispose]();
    await this.#successor?.[Symbol.asyncDispose]();
  }

  /** The next lines, waiting for them where that is wanted; none at the end. */
  async #next(): Promise<Buffer[]> {
    for (;;) {
      const lines = (await this.#file?.readLines()) ?? [];
      if (lines.length > 0) return lines;
      if (!this.#options.follow) return this.#file?.takeRest() ?? [];
      if (this.#signal.aborted) return [];
      if (!(await this.#goOn())) return this.#file?.takeRest() ?? [];
    }
  }

  /** Finds more to read, or waits for it. @returns false when there will be none */
  async #goOn(): Promise<boolean> {
    const successor = this.#successor;
    if (successor !== undefined) {
      // Whoever wrote to the old file has had its time: this look at it found nothing more.
      await this.#file?.[Symbol.asyncDispose]();
      this.#file = successor;
      this.#successor = undefined;
      return true;
    }
    const changes = this.#watch();
    this.#successor = await this.#file?.successor(this.#source.path);
    if (this.#successor !== undefined) return true;
    if (this.#ended) return false;
    if (this.#source.isRunning()) await changes.next(this.#signal);
    // What it wrote last may have come since the last look.
    else this.#ended = true;
    return true;
  }

  #watch(): LogChanges {
    if (this.#changes === undefined) {
      const changes = new LogChanges(this.#source.path, this.#clock);
      this.#changes = changes;
      this.#unsubscribe = this.#source.onChange(() => changes.notify());
    }
    return this.#changes;
  }
}

import { type LogLine, logLineAt, parseLogLine, printTimestamp } from "./cri-log-line.ts";

/** Which part of a container's log is wanted, and how. */
export interface LogOptions {
  /** Goes on until the container has ended. */
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** So many lines from the end of the file. */
  readonly tailLines?: number;
  /** Of the answer, timestamps included. */
  readonly limitBytes?: number;
  /** Nothing that is older, in milliseconds since 1970. */
  readonly sinceAt?: number;
  /** One of the two; both without it. */
  readonly stream?: LogLine["stream"];
}

const NEWLINE = 0x0a;

/**
 * Turns lines of a log file into what is shown of them.
 * @see kubernetes staging/src/k8s.io/cri-client/pkg/logs/logs.go (logWriter)
 */
export class LogFormat {
  readonly #options: LogOptions;
  /** Bytes that may still be shown. */
  #left: number;
  /** Whether the next content begins a line of the container's. */
  #atLineStart = true;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Nothing more is to be shown. */
  get isFull(): boolean {
    return this.#left <= 0;
  }

  /** @param lines - With their newlines. What is no line of a log is passed over. */
  format(lines: readonly Buffer[]): Buffer {
    const parts: Buffer[] = [];
    for (const bytes of lines) {
      const line = parseLogLine(bytes);
      if (line === undefined) continue;
      if (this.#isWanted(line)) this.#show(line, parts);
      if (this.isFull) break;
      this.#atLineStart = line.content.length === 0 || line.content.at(-1) === NEWLINE;
    }
    return Buffer.concat(parts);
  }

  #isWanted(line: LogLine): boolean {
    const { sinceAt, stream } = this.#options;
    return (
      (stream === undefined || line.stream === stream) &&
      (sinceAt === undefined || logLineAt(line) >= sinceAt)
    );
  }

  #show(line: LogLine, parts: Buffer[]): void {
    if (this.#options.timestamps && this.#atLineStart) {
      this.#push(Buffer.from(`${printTimestamp(line)} `), parts);
    }
    this.#push(line.content, parts);
  }

  #push(bytes: Buffer, parts: Buffer[]): void {
    const shown = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= shown.length;
    parts.push(shown);
  }
}

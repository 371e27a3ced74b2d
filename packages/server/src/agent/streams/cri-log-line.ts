/**
 * One line of a container's log file, as the CRI wants it:
 * `2016-10-06T00:17:09.669794202Z stdout P text`.
 * @see kubernetes staging/src/k8s.io/cri-client/pkg/logs/logs.go (parseCRILog)
 */
export interface LogLine {
  /** RFC 3339 with up to nine decimals, as it stands in the file. */
  readonly timestamp: string;
  readonly stream: "stdout" | "stderr";
  /** What the container wrote: with its newline, unless it was cut and goes on in another line. */
  readonly content: Buffer;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/** The longest timestamp has 35 characters, and the stream's name follows. */
const HEAD_BYTES = 64;

/** @param line - with its newline, if it has one. @returns undefined for what is no such line */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0 || third < 0 || second > HEAD_BYTES) return undefined;
  const timestamp = line.toString("latin1", 0, first);
  const stream = line.toString("latin1", first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  if (!TIMESTAMP.test(timestamp)) return undefined;
  // Tags are separated by colons; the first one counts.
  const [tag] = line.toString("latin1", second + 1, third).split(":", 1);
  const isCut = tag === "P" && line.at(-1) === NEWLINE;
  return { timestamp, stream, content: line.subarray(third + 1, isCut ? -1 : undefined) };
}

/** The instant of a line in milliseconds, rounded down. */
export function logLineAt({ timestamp }: LogLine): number {
  const [, seconds = "", fraction = "", zone = ""] = TIMESTAMP.exec(timestamp) ?? [];
  return Date.parse(`${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}${zone}`);
}

/** How a reader gets a timestamp: always with nine decimals. */
export function printTimestamp({ timestamp }: LogLine): string {
  const [, seconds = "", fraction = "", zone = ""] = TIMESTAMP.exec(timestamp) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}${zone}`;
}

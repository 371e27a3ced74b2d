import { type DestinationStream, destination, pino } from "pino";
import type { Logger } from "../runtime/logger.ts";
import type { LogFormat, LogLevel } from "../server/config.ts";
import { describeError } from "./log-error.ts";
import { formatLogLine } from "./log-line.ts";

/** Descriptor of stderr. */
const STDERR = 2;

export interface LogOptions {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** Logs to stderr: JSON lines, or text for people. Never a secret: fields are chosen. */
export function createLogger({ logLevel, logFormat }: LogOptions, isTerminal: boolean): Logger {
  const stderr = destination({ dest: STDERR, sync: true });
  const asText = logFormat === "text" || (logFormat === "auto" && isTerminal);
  return pino(
    { level: logLevel, base: null, serializers: { error: describeError } },
    asText ? textStream(stderr, isTerminal) : stderr,
  );
}

function textStream(stderr: DestinationStream, colors: boolean): DestinationStream {
  return { write: (line) => stderr.write(formatLogLine(line, colors)) };
}

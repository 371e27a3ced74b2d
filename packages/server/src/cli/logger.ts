import { pino } from "pino";
import type { Logger } from "../runtime/logger.ts";

/** Logs to stderr: JSON lines, or for people when it is a terminal. Never a secret: fields are chosen. */
export function createLogger(level: "debug" | "info" | "warn" | "error"): Logger {
  return pino(
    { level, serializers: { error: pino.stdSerializers.err }, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
}

import type { LoggedError } from "./log-error.ts";

interface LogRecord {
  readonly level: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const LEVELS: Readonly<Record<number, readonly [name: string, color: string]>> = {
  20: ["debug", "\x1b[2m"],
  30: ["info ", "\x1b[32m"],
  40: ["warn ", "\x1b[33m"],
  50: ["error", "\x1b[31m"],
};
const PLAIN = "\x1b[0m";

/** A JSON line of the log for people: `12:30:05.123 info  message field=value`, then the stack. */
export function formatLogLine(line: string, colors: boolean): string {
  const { level, time, msg, error, ...fields } = JSON.parse(line) as LogRecord;
  const [name, color] = LEVELS[level] ?? [String(level), ""];
  const at = new Date(time).toISOString().slice(11, 23);
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const head = colors ? `${color}${name}${PLAIN}` : name;
  return `${at} ${head} ${msg}${pairs.join("")}${formatError(error)}\n`;
}

function formatValue(value: unknown): string {
  return typeof value === "string" && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}

function formatError(error: unknown, margin = "  "): string {
  if (typeof error !== "object" || error === null) {
    return error === undefined ? "" : ` error=${formatValue(error)}`;
  }
  const { stack, message, cause, errors = [] } = error as Partial<LoggedError>;
  const text = (stack ?? message ?? JSON.stringify(error)).replaceAll("\n", `\n${margin}`);
  const reasons = [cause, ...errors].filter((each) => each !== undefined);
  const told = reasons.map((each) => `\n${margin}caused by:${formatError(each, `${margin}  `)}`);
  return `\n${margin}${text}${told.join("")}`;
}

import { parseTime, TimeFormatError } from "../../api/time-format.ts";
import type { LogOptions } from "./log-format.ts";

/** A request for a log, or why it is none. */
export type ParsedLogOptions =
  | { readonly previous: boolean; readonly log: LogOptions }
  | { readonly status: 400 | 422; readonly problem: string };

const UNDECODABLE: ParsedLogOptions = { status: 400, problem: "Unable to decode query." };
const INVALID: ParsedLogOptions = { status: 422, problem: "Invalid request." };

/**
 * Parameters of a request for a log: those of `PodLogOptions`.
 * @param now - milliseconds since 1970, from which `sinceSeconds` counts back
 */
export function readLogOptions(query: URLSearchParams, now: number): ParsedLogOptions {
  // The name that it had once; `all` is as if it were not there.
  const tail = query.get("tail") ?? "";
  const tailText = tail === "" ? query.get("tailLines") : tail === "all" ? null : tail;
  const tailLines = integer(tailText);
  const limitBytes = integer(query.get("limitBytes"));
  const sinceSeconds = integer(query.get("sinceSeconds"));
  const sinceTime = time(query.get("sinceTime"));
  const numbers = [tailLines, limitBytes, sinceSeconds, sinceTime];
  if (numbers.some((each) => Number.isNaN(each))) return UNDECODABLE;
  const stream = query.get("stream") ?? "All";
  if (!STREAMS.has(stream)) return INVALID;
  if ((tailLines ?? 0) < 0 || (limitBytes ?? 1) < 1 || (sinceSeconds ?? 1) < 1) return INVALID;
  if (sinceSeconds !== undefined && sinceTime !== undefined) return INVALID;
  const sinceAt = sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1000;
  const wanted = STREAMS.get(stream);
  return {
    previous: flag(query.get("previous")),
    log: {
      follow: flag(query.get("follow")),
      timestamps: flag(query.get("timestamps")),
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(limitBytes === undefined ? {} : { limitBytes }),
      ...(sinceAt === undefined ? {} : { sinceAt }),
      ...(wanted === undefined ? {} : { stream: wanted }),
    },
  };
}

const STREAMS: ReadonlyMap<string, "stdout" | "stderr" | undefined> = new Map([
  ["All", undefined],
  ["Stdout", "stdout"],
  ["Stderr", "stderr"],
]);

/** NaN for what is no number. */
function integer(text: string | null): number | undefined {
  if (text === null) return undefined;
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
}

function time(text: string | null): number | undefined {
  if (text === null || text === "" || text === "null") return undefined;
  try {
    const { seconds, nanos } = parseTime(text, "seconds");
    return seconds * 1000 + Math.floor(nanos / 1_000_000);
  } catch (error) {
    if (error instanceof TimeFormatError) return Number.NaN;
    throw error;
  }
}

/** As Go reads it: all but `0` and `false` is true. */
function flag(text: string | null): boolean {
  return text !== null && text !== "0" && text.toLowerCase() !== "false";
}

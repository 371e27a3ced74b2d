import { TimeFormatError } from "../api/time-format.ts";
import { parseDuration } from "../api/time-format-duration.ts";
import type { Query } from "../request/query.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { isLongRunning } from "./in-flight-limits.ts";

/**
 * What is wrong with the `timeout` of a request, which all but long-running ones may bear; undefined
 * when nothing is. Any duration is good, negative ones too: no request takes long enough to be ended
 * by one. @see apiserver pkg/endpoints/filters/request_deadline.go
 */
export function timeoutProblem(info: RequestInfo, query: Query): string | undefined {
  if (query.raw === "" || isLongRunning(info)) return undefined;
  const text = query.get("timeout") ?? "";
  if (text === "") return undefined;
  try {
    parseDuration(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof TimeFormatError)) throw error;
    return `invalid timeout specified in the request URL - ${error.message}`;
  }
}

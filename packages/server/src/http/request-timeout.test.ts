import { expect, it } from "vitest";
import { parseRequestInfo } from "../request/parse-request-info.ts";
import { Query } from "../request/query.ts";
import { timeoutProblem } from "./request-timeout.ts";

const PODS = "/api/v1/namespaces/n/pods";
const WHERE = "invalid timeout specified in the request URL";

it.each([
  ["GET", PODS, "", undefined],
  ["GET", PODS, "timeout=", undefined],
  ["GET", PODS, "timeout=10s", undefined],
  ["GET", PODS, "timeout=-1s", undefined],
  ["GET", PODS, "timeout=abc", `${WHERE} - time: invalid duration "abc"`],
  ["GET", PODS, "timeout=34", `${WHERE} - time: missing unit in duration "34"`],
  ["GET", "/healthz", "timeout=1y", `${WHERE} - time: unknown unit "y" in duration "1y"`],
  ["GET", PODS, "watch=1&timeout=abc", undefined],
  ["GET", `${PODS}/p/log`, "timeout=abc", undefined],
])("%s %s?%s: %s", (method, path, rawQuery, problem) => {
  const query = new Query(rawQuery);
  expect(timeoutProblem(parseRequestInfo(method, path, query), query)).toBe(problem);
});

import { expect, test } from "vitest";
import { isUnchanged, type Verdict } from "./preconditions.ts";

const AT = Date.UTC(2026, 2, 4, 5, 6, 7, 890);
const SECOND = "Wed, 04 Mar 2026 05:06:07 GMT";

test.each<[ifNoneMatch: string | undefined, etag: string | undefined, verdict: Verdict]>([
  ['"a"', '"a"', "unchanged"],
  ['W/"a"', '"a"', "unchanged"],
  ['"b", "a"', '"a"', "unchanged"],
  [' ,"b",W/"a"', '"a"', "unchanged"],
  ["*", '"a"', "unchanged"],
  ["*", undefined, "unchanged"],
  ['"b"', '"a"', "changed"],
  ["a", '"a"', "changed"],
  ['"a', '"a"', "changed"],
  ['"b" oops "a"', '"a"', "changed"],
  ['"a"', undefined, "changed"],
  ["", '"a"', "changed"],
  [undefined, '"a"', "changed"],
])("If-None-Match %j against %j: %s", (ifNoneMatch, etag, verdict) => {
  const validators = { etag, modifiedAt: AT };
  expect(isUnchanged({ method: "GET", ifNoneMatch }, validators)).toBe(verdict);
  expect(isUnchanged({ method: "POST", ifNoneMatch }, validators)).toBe(
    verdict === "unchanged" ? "precondition-failed" : "changed",
  );
});

test.each<[method: string, ifModifiedSince: string, ifNoneMatch: string | undefined, Verdict]>([
  ["GET", SECOND, undefined, "unchanged"],
  ["HEAD", SECOND, undefined, "unchanged"],
  ["GET", "Wed, 04 Mar 2026 05:06:08 GMT", undefined, "unchanged"],
  ["GET", "Wed, 04 Mar 2026 05:06:06 GMT", undefined, "changed"],
  ["GET", "yesterday", undefined, "changed"],
  ["POST", SECOND, undefined, "changed"],
  ["GET", SECOND, '"b"', "changed"],
])("%s If-Modified-Since %s, If-None-Match %j: %s", (method, since, ifNoneMatch, verdict) => {
  const conditions = { method, ifModifiedSince: since, ifNoneMatch };
  expect(isUnchanged(conditions, { etag: '"a"', modifiedAt: AT })).toBe(verdict);
});

import { describe, expect, it } from "vitest";
import { Query } from "../request/query.ts";
import { listRevision, parseListOptions, watchRevision } from "./list-options.ts";

function messageOf(query: string, watch: boolean): string {
  try {
    parseListOptions(new Query(query), watch);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("list options", () => {
  it("have defaults", () => {
    expect(parseListOptions(new Query(""), false)).toMatchObject({ limit: 0, watch: false });
    expect(parseListOptions(new Query(""), true)).toMatchObject({ watch: true });
  });

  it.each([
    ["limit=-1", { limit: 0 }],
    ["limit=5&limit=x", { limit: 5 }],
    ["allowWatchBookmarks=maybe", { allowWatchBookmarks: true }],
    ["allowWatchBookmarks=FALSE", { allowWatchBookmarks: false }],
    ["labelSelector=a%3Db", { labelSelector: "a=b" }],
  ])("%s", (query, wanted) => {
    expect(parseListOptions(new Query(query), false)).toMatchObject(wanted);
  });

  it.each([
    ["limit=", false, 'strconv.ParseInt: parsing "": invalid syntax'],
    ["timeoutSeconds=a&limit=b", false, 'strconv.ParseInt: parsing "a": invalid syntax'],
    [
      "resourceVersionMatch=Bogus",
      false,
      'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided, resourceVersionMatch: Unsupported value: "Bogus": supported values: "Exact", "NotOlderThan", ""]',
    ],
    [
      "watch=1&continue=x",
      true,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
    ],
    ["watch=1&continue=x&resourceVersion=7", true, ""],
    [
      "sendInitialEvents=false",
      true,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      "watch=1&sendInitialEvents=false",
      true,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
  ])("%s is refused", (query, watch, message) => {
    expect(messageOf(query, watch)).toBe(message);
  });

  it("tell revisions that are none, each in its way", () => {
    expect(listRevision("")).toBe(0);
    expect(listRevision("12")).toBe(12);
    expect(() => listRevision("-1")).toThrow("invalid resource version: resourceVersion: Invalid");
    expect(() => watchRevision("abc")).toThrow(/^resourceVersion: Invalid value: "abc"/);
  });
});

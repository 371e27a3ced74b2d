import { describe, expect, test } from "vitest";
import { parseQuery } from "../request/query.ts";
import { parseAccept } from "./accept-header.ts";
import type { ApiRequest } from "./exchange.ts";
import { firstHeader } from "./header-value.ts";
import { requestMediaType } from "./media-type.ts";
import { type endpointForms, negotiate, negotiateError, requireAccept } from "./negotiation.ts";

type Headers = Pick<ApiRequest, "headers" | "rawHeaders">;

function accepting(...accept: readonly string[]): Headers {
  return {
    headers: accept.length === 0 ? {} : { accept: accept.join(", ") },
    rawHeaders: ["Host", "a", ...accept.flatMap((value) => ["Accept", value])],
  };
}

function choose(accept: string, endpoint: keyof typeof endpointForms = "object"): string {
  const { mediaType, as, group, version } = negotiate(accepting(accept), parseQuery(""), endpoint);
  return as === undefined ? mediaType : `${mediaType} ${group}/${version} ${as}`;
}

const NO_ROUTE =
  "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf";
const STREAMS = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
const ONLY =
  "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

describe("negotiate an object", () => {
  test.each([
    ["", "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["text/html,*/*;q=0.1", "json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
    ["application/yaml", "yaml"],
    ["application/vnd.kubernetes.protobuf", "protobuf"],
    ["application/json;q=0.2,application/yaml;q=0.9", "yaml"],
    ["application/json;q=0", "json"],
    ["application/json;q=abc", "json"],
    ["application/json;q=abc,application/yaml;q=0.1", "yaml"],
    ["application/yaml,application/json", "yaml"],
    ["application/vnd.kubernetes.protobuf,application/json", "protobuf"],
    ["application/*,application/yaml;q=0.1", "yaml"],
    ["*/*,application/yaml;q=0.1", "yaml"],
    ["application/json;foo=bar", "json"],
    ["application/json;charset=utf-8", "json"],
    ["application/json;version=1", "json"],
    ["application/json;stream=watch", "json"],
    ["application/json;sv=v1", "json"],
    ["application/json; as = Table ;v=v1;g=meta.k8s.io", "json meta.k8s.io/v1 Table"],
    [TABLE, "json meta.k8s.io/v1 Table"],
    ["application/yaml;as=Table;v=v1beta1;g=meta.k8s.io", "yaml meta.k8s.io/v1beta1 Table"],
    ["*/*;as=Table;v=v1;g=meta.k8s.io", "json meta.k8s.io/v1 Table"],
    [
      `application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,${TABLE},application/json`,
      "json meta.k8s.io/v1 Table",
    ],
    [
      "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
      "protobuf meta.k8s.io/v1 PartialObjectMetadata",
    ],
    ["application/json;as=Table;v=v9;g=meta.k8s.io,application/json", "json"],
  ])("%s → %s", (accept, expected) => {
    expect(choose(accept)).toBe(expected);
  });

  test.each([
    "application/*",
    "text/html",
    "text/*",
    "text/yaml",
    "application/x-yaml",
    "application/cbor",
    "APPLICATION/JSON",
    "garbage",
    "/",
    ",,",
    "*",
    "*/json",
    "application/vnd.*",
    "application/*;as=Table;v=v1;g=meta.k8s.io",
  ])("%s is of no route", (accept) => {
    expect(() => choose(accept)).toThrow(
      expect.objectContaining({ code: 406, reason: "NotAcceptable", message: NO_ROUTE }),
    );
  });

  test.each([
    "application/json;as=Table;v=v2;g=meta.k8s.io",
    "application/json;as=Table;g=meta.k8s.io",
    "application/json;as=Table;v=v1",
    "application/json;as=table;v=v1;g=meta.k8s.io",
    'application/json;as="Table";v=v1;g=meta.k8s.io',
    "application/json;v=v1;g=meta.k8s.io",
    "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io",
    "application/json;stream=foo",
    "application/yaml;stream=watch",
    "application/json;sv=v2",
  ])("%s is a wish that cannot be", (accept) => {
    expect(() => choose(accept)).toThrow(expect.objectContaining({ code: 406, message: ONLY }));
  });

  test("of several headers the first counts", () => {
    const chosen = (...accept: string[]): string =>
      negotiate(accepting(...accept), parseQuery(""), "object").mediaType;
    expect(chosen("application/yaml", "application/json")).toBe("yaml");
    expect(() => chosen("text/html", "application/json")).toThrow(NO_ROUTE);
  });
});

describe("negotiate elsewhere", () => {
  test.each<[keyof typeof endpointForms, string, string]>([
    ["list", TABLE, "json meta.k8s.io/v1 Table"],
    ["watch", "application/vnd.kubernetes.protobuf", "protobuf"],
    ["watch", "application/vnd.kubernetes.protobuf;stream=watch", "protobuf"],
    ["watch", "application/json,application/yaml", "json"],
    ["watch", TABLE, "json meta.k8s.io/v1 Table"],
    ["customObject", "application/vnd.kubernetes.protobuf,application/json", "json"],
    ["customObject", "application/*", "json"],
    [
      "customObject",
      "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
      "protobuf meta.k8s.io/v1 PartialObjectMetadata",
    ],
    ["log", "text/plain,application/json", "json"],
    ["discovery", "application/yaml", "yaml"],
    [
      "aggregatedDiscovery",
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
      "json apidiscovery.k8s.io/v2 APIGroupDiscoveryList",
    ],
    [
      "aggregatedDiscovery",
      "application/json,application/yaml;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;q=0.1",
      "yaml apidiscovery.k8s.io/v2 APIGroupDiscoveryList",
    ],
    ["aggregatorDiscovery", "text/html,application/*", "json"],
  ])("%s: %s → %s", (endpoint, accept, expected) => {
    expect(choose(accept, endpoint)).toBe(expected);
  });

  test.each<[keyof typeof endpointForms, string, string]>([
    ["list", "text/plain", `${NO_ROUTE}, ${STREAMS}`],
    ["watch", "text/plain", `${NO_ROUTE}, ${STREAMS}`],
    ["watch", "application/yaml", `only the following media types are accepted: ${STREAMS}`],
    [
      "watch",
      "application/yaml,application/json",
      `only the following media types are accepted: ${STREAMS}`,
    ],
    ["watch", "application/json;stream=foo", ONLY],
    ["customWatch", "application/yaml", `only the following media types are accepted: ${STREAMS}`],
    ["customObject", "application/vnd.kubernetes.protobuf", ONLY],
    ["customObject", "text/html", ONLY],
    ["untabled", TABLE, ONLY],
    ["log", "text/html", NO_ROUTE.replace("application/json", "text/plain, application/json")],
    ["discovery", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", ONLY],
    ["discovery", "text/html", NO_ROUTE],
    ["aggregatorDiscovery", "text/html", ONLY],
    [
      "aggregatedDiscovery",
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
      ONLY,
    ],
  ])("%s: %s is refused", (endpoint, accept, message) => {
    expect(() => choose(accept, endpoint)).toThrow(expect.objectContaining({ code: 406, message }));
  });
});

describe("pretty", () => {
  const isPretty = (agent: string | undefined, raw: string, accept = ""): boolean =>
    negotiate(
      {
        headers: { ...(agent === undefined ? {} : { "user-agent": agent }), accept },
        rawHeaders: [],
      },
      parseQuery(raw),
      "object",
    ).pretty;

  test.each<[string | undefined, string, boolean]>([
    [undefined, "", false],
    [undefined, "pretty=true", true],
    [undefined, "pretty=1", true],
    [undefined, "pretty=T", true],
    [undefined, "pretty=0", false],
    [undefined, "pretty", false],
    [undefined, "pretty=", false],
    [undefined, "pretty=yes", false],
    [undefined, "pretty=0&pretty=1", false],
    [undefined, "prettyplease=1", false],
    ["curl/8.5.0", "", true],
    ["curl/8.5.0", "pretty=false", false],
    ["curl/8.5.0", "pretty=yes", false],
    ["curl/8.5.0", "pretty=", true],
    ["Wget/1.21", "", true],
    ["wget/1.21", "", false],
    ["Mozilla/5.0 (X11)", "", true],
    ["Mozilla/4.0", "", false],
    ["libcurl/8", "", false],
    ["kubectl/v1.36.2", "", false],
  ])("%s %s: %s", (agent, raw, expected) => {
    expect(isPretty(agent, raw)).toBe(expected);
    expect(isPretty(agent, raw, "application/json;foo=bar")).toBe(expected);
  });

  test("by a parameter of the type, for JSON only, and never for a watch", () => {
    expect(isPretty(undefined, "", "application/json;pretty=1")).toBe(true);
    expect(isPretty(undefined, "", "application/json;pretty=true")).toBe(false);
    expect(isPretty("curl/8", "", "application/yaml")).toBe(false);
    const curl = { headers: { "user-agent": "curl/8" }, rawHeaders: [] };
    expect(negotiate(curl, parseQuery("pretty=1"), "watch").pretty).toBe(false);
    const wish = accepting("application/json;pretty=1");
    expect(negotiate(wish, parseQuery(""), "watch").pretty).toBe(false);
  });
});

describe("negotiateError", () => {
  test.each([
    ["", "json"],
    ["application/yaml", "yaml"],
    [`${TABLE},application/json`, "json"],
    [TABLE, undefined],
    ["text/html", undefined],
    ["application/*", "json"],
    ["application/json;sv=v1", undefined],
  ])("%s → %s", (accept, expected) => {
    expect(negotiateError(accepting(accept), parseQuery(""))?.mediaType).toBe(expected);
  });
});

test("requireAccept", () => {
  expect(() => requireAccept("application/yaml", ["application/json"])).toThrow(
    "406: Not Acceptable\n\nAvailable representations: application/json",
  );
  for (const accept of ["", "*/*", "application/json;q=0", "text/html, application/json"]) {
    expect(() => requireAccept(accept, ["application/json"])).not.toThrow();
  }
});

describe("parseAccept", () => {
  const print = (header: string): string[] =>
    parseAccept(header).map(({ type, subtype, quality, parameters }) =>
      [`${type}/${subtype}`, quality, ...[...parameters].map((pair) => pair.join("="))].join(" "),
    );
  test.each([
    ["a/b", ["a/b 1"]],
    [" a / b ;x= y ", ["a/b 1 x=y"]],
    ["a/b/c,a/b/", ["a/b 1"]],
    ["*,*/", ["*/* 1", "*/* 1"]],
    ["a,a/,;q=1", []],
    ["a/b;q", ["a/b 1"]],
    ["a/b;x=1=2;y=3=", ["a/b 1 y=3"]],
    ["a/b;q=5,c/d", ["a/b 5", "c/d 1"]],
    ["a/b;q=-1,c/d;q= 1", ["c/d 0", "a/b -1"]],
    ["*/*;q=1,a/*;q=0.5,a/b;q=0.1", ["a/b 0.1", "a/* 0.5", "*/* 1"]],
  ])("%j", (header, expected) => {
    expect(print(header)).toEqual(expected);
  });
});

describe("requestMediaType", () => {
  test.each([
    [undefined, "json"],
    ["", "json"],
    ["application/json", "json"],
    ["application/json; charset=utf-8", "json"],
    ['application/json;a="b;c"', "json"],
    ["APPLICATION/Yaml ;", "yaml"],
    ["application/vnd.kubernetes.protobuf", "protobuf"],
  ])("%s → %s", (contentType, expected) => {
    expect(requestMediaType(contentType)).toBe(expected);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/merge-patch+json",
    ";;",
    "json",
    "application/json;charset",
    "application/json;a=b;A=c",
    "application/json, application/yaml",
  ])("%s is 415", (contentType) => {
    expect(() => requestMediaType(contentType)).toThrow(
      expect.objectContaining({
        code: 415,
        reason: "UnsupportedMediaType",
        message:
          "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
      }),
    );
  });
});

test.each([
  [{ headers: {}, rawHeaders: [] }, undefined],
  [{ headers: { x: "a" }, rawHeaders: [] }, "a"],
  [{ headers: { x: "a,b" }, rawHeaders: ["y", "c", "X", "a,b"] }, "a,b"],
  [{ headers: { x: "a, b" }, rawHeaders: ["X", "a", "x", "b"] }, "a"],
  [{ headers: { x: "a, b" }, rawHeaders: [] }, "a, b"],
  [{ headers: { x: ["a", "b"] }, rawHeaders: [] }, "a"],
])("firstHeader of %j is %j", (request, expected) => {
  expect(firstHeader(request, "x")).toBe(expected);
});

describe("a long Accept header", () => {
  test("is read best first, as a short one is", () => {
    const kinds = Array.from({ length: 40 }, (_, index) => `a/k${index};q=0.${10 + index}`);
    expect(parseAccept(kinds.join(",")).map(({ subtype }) => subtype)).toEqual(
      Array.from({ length: 40 }, (_, index) => `k${39 - index}`),
    );
  });

  test.each([
    ["qualities that rise", (index: number) => `a/b;q=0.${String(index).padStart(5, "0")}`],
    ["stars", (index: number) => (index % 2 === 0 ? "a/*" : "b/c")],
    ["nothing", () => ""],
  ])("of %s takes no time, whoever sends it", (_what, clause) => {
    const header = Array.from({ length: 60_000 }, (_, index) => clause(index)).join(",");
    const start = performance.now();
    // All of them, sorted by insertion, took half a minute.
    expect(parseAccept(header).length).toBeLessThanOrEqual(1_000);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

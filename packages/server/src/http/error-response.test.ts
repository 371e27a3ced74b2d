import { describe, expect, test } from "vitest";
import {
  badRequest,
  bareError,
  conflict,
  forbidden,
  internalError,
  notFound,
  type StatusError,
  serviceUnavailable,
  timeout,
  unauthorized,
} from "../api/status-error.ts";
import { RequestInfoError } from "../request/parse-request-info.ts";
import { silentLogger } from "../runtime/logger.ts";
import { errorResponse } from "./error-response.ts";
import type { ApiRequest, ApiResponse } from "./exchange.ts";

function request(headers: Readonly<Record<string, string>> = {}, rawQuery = ""): ApiRequest {
  return {
    method: "GET",
    path: "/api/v1/watch",
    rawQuery,
    headers,
    rawHeaders: Object.entries(headers).flat(),
    protocol: "HTTP/1.1",
    clientCertificate: undefined,
    remoteAddress: "",
    body: () => new Uint8Array(0),
    onClose: () => {},
  };
}

function answer(error: unknown, from: ApiRequest = request()): ApiResponse {
  return errorResponse(error, from, silentLogger);
}

const missing = notFound({ group: "", resource: "configmaps" }, "none");
const LINE =
  '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"configmaps \\"none\\" not found","reason":"NotFound","details":{"name":"none","kind":"configmaps"},"code":404}\n';
const LINES = `${JSON.stringify(JSON.parse(LINE), null, 2)}`;

describe("a StatusError", () => {
  test("is JSON in one line with a line end", () => {
    expect(answer(missing)).toEqual({
      status: 404,
      headers: { "content-type": "application/json" },
      body: LINE,
    });
  });

  test.each([
    ["for a person", request({ "user-agent": "curl/8" })],
    ["when asked for", request({}, "pretty=1")],
    ["for those who take nothing else", request({ accept: "text/html" })],
    [
      "for those who only want a table",
      request({ accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }),
    ],
  ])("comes in lines without a line end %s", (_name, from) => {
    expect(answer(missing, from).body).toBe(LINES);
  });

  test("is YAML for those who take that", () => {
    expect(answer(missing, request({ accept: "application/yaml" }))).toEqual({
      status: 404,
      headers: { "content-type": "application/yaml" },
      body: 'apiVersion: v1\ncode: 404\ndetails:\n  kind: configmaps\n  name: none\nkind: Status\nmessage: configmaps "none" not found\nmetadata: {}\nreason: NotFound\nstatus: Failure\n',
    });
  });

  test("is protobuf for those who take that", () => {
    const accept = "application/vnd.kubernetes.protobuf";
    const { headers, body } = answer(missing, request({ accept }));
    expect(headers["content-type"]).toBe(accept);
    const bytes = Buffer.from(body as Uint8Array);
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("k8s\0");
    expect(bytes.includes('configmaps "none" not found')).toBe(true);
  });

  test("escapes what HTML would read", () => {
    expect(answer(badRequest("<a> & \u2028")).body).toContain(
      '"message":"\\u003ca\\u003e \\u0026 \\u2028"',
    );
  });

  test.each<[string, StatusError, Readonly<Record<string, string>>]>([
    ["403", forbidden({ group: "", resource: "pods" }, "", "no"), {}],
    ["401", unauthorized(), {}],
    ["409", conflict({ group: "", resource: "pods" }, "p", "no"), {}],
    ["503 with a delay", serviceUnavailable("wait", 5), { "retry-after": "5" }],
    ["503 without", serviceUnavailable("wait"), {}],
  ])("headers of %s", (_name, error, headers) => {
    expect(answer(error).headers).toEqual({ "content-type": "application/json", ...headers });
  });
});

describe("anything else", () => {
  test.each([new Error("password=hunter2"), "text", undefined, { code: 404 }])(
    "%s is 500 and says nothing",
    (thrown) => {
      const logged: unknown[] = [];
      const logger = { ...silentLogger, error: (fields: unknown) => logged.push(fields) };
      const { status, body } = errorResponse(thrown, request(), logger);
      expect(status).toBe(500);
      expect(JSON.parse(String(body))).toMatchObject({ reason: "InternalError", code: 500 });
      expect(String(body)).not.toContain("hunter2");
      expect(String(body)).not.toContain("error-response.test");
      expect(logged).toEqual([{ error: thrown, path: "/api/v1/watch" }]);
    },
  );

  test("a StatusError of ours is logged with its cause when it is our fault", () => {
    const logged: unknown[] = [];
    const logger = { ...silentLogger, error: (fields: unknown) => logged.push(fields) };
    const failure = internalError("no disk", new Error("EIO"));
    errorResponse(failure, request(), logger);
    errorResponse(missing, request(), logger);
    expect(logged).toEqual([{ error: failure, path: "/api/v1/watch" }]);
  });

  test.each([
    bareError("no merge key"),
    timeout("Too large resource version: 9, current: 1"),
    serviceUnavailable("no endpoints"),
    internalError("range is full"),
    internalError("as told", missing),
  ])("what a client has brought about is a line for those who look closely: %s", (failure) => {
    const logged: unknown[] = [];
    const closely: unknown[] = [];
    const logger = {
      ...silentLogger,
      error: (fields: unknown) => logged.push(fields),
      debug: (fields: unknown) => closely.push(fields),
    };
    expect(errorResponse(failure, request(), logger).status).toBeGreaterThanOrEqual(500);
    expect(logged).toEqual([]);
    expect(closely).toEqual([{ message: failure.message, path: "/api/v1/watch" }]);
  });

  test("a path that names nothing is plain text", () => {
    const error = new RequestInfoError(
      "unable to determine kind and namespace from url, /api/v1/watch?a=<",
    );
    expect(answer(error, request({ accept: "application/yaml" }, "a=<"))).toEqual({
      status: 500,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
      },
      body: 'Internal Server Error: "/api/v1/watch?a=&lt;": failed to create RequestInfo: unable to determine kind and namespace from url, /api/v1/watch?a=&lt;\n',
    });
  });
});

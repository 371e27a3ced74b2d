import { describe, expect, test } from "vitest";
import { nodeAccess, parseAgentRoute } from "./agent-routes.ts";
import { encodeStatus, nonZeroExitCode, SUCCESS } from "./command-status.ts";
import { readLogOptions } from "./log-options.ts";
import { readForwardedPorts } from "./port-forward-web-socket.ts";
import { readRemoteCommandOptions } from "./remote-command-streams.ts";
import { negotiateStreams } from "./stream-negotiation.ts";
import { terminalSizes } from "./terminal-size.ts";

describe("paths", () => {
  const target = { namespace: "ns", pod: "p", uid: "" };

  test.each([
    ["POST", "/exec/ns/p/c", { kind: "exec", target: { ...target, container: "c" } }],
    [
      "GET",
      "/attach/ns/p/u/c",
      { kind: "attach", target: { ...target, uid: "u", container: "c" } },
    ],
    ["POST", "/run/ns/p/c", { kind: "run", target: { ...target, container: "c" } }],
    [
      "GET",
      "/containerLogs/ns/p/c",
      { kind: "container-logs", target: { ...target, container: "c" } },
    ],
    ["POST", "/portForward/ns/p", { kind: "port-forward", target }],
    ["GET", "/portForward/ns/p/u", { kind: "port-forward", target: { ...target, uid: "u" } }],
    ["GET", "/exec/n%73/p/c", { kind: "exec", target: { ...target, container: "c" } }],
    ["GET", "/pods", { kind: "pods" }],
    ["GET", "/runningpods/", { kind: "running-pods" }],
    ["GET", "/stats/summary", { kind: "stats-summary" }],
    ["GET", "/metrics", { kind: "metrics" }],
    ["GET", "/healthz/ping", { kind: "healthz" }],
    ["GET", "/run/ns/p/c", { status: 405 }],
    ["POST", "/containerLogs/ns/p/c", { status: 405 }],
    ["DELETE", "/pods", { status: 405 }],
    ["GET", "/", { status: 404 }],
    ["GET", "/exec/ns/p", { status: 404 }],
    ["GET", "/exec/ns/p/u/c/x", { status: 404 }],
    ["GET", "/exec//p/c", { status: 404 }],
    ["GET", "/exec/%zz/p/c", { status: 404 }],
    ["GET", "/containerLogs/ns/p/u/c", { status: 404 }],
    ["GET", "/portForward/ns", { status: 404 }],
    ["GET", "/logs/syslog", { status: 404 }],
    ["GET", "http://elsewhere/pods", { status: 404 }],
  ])("%s %s", (method, path, route) => {
    expect(parseAgentRoute(method, path)).toEqual(route);
  });

  test.each([
    ["POST", "/exec/ns/p/c", "create", ["proxy"]],
    ["GET", "/exec/ns/p/c", "get", ["proxy"]],
    ["GET", "/containerLogs/ns/p/c", "get", ["proxy"]],
    ["GET", "/pods", "get", ["pods", "proxy"]],
    ["GET", "/runningpods/", "get", ["pods", "proxy"]],
    ["GET", "/podsx", "get", ["proxy"]],
    ["GET", "/healthz/ping", "get", ["healthz", "proxy"]],
    ["GET", "/configz", "get", ["configz", "proxy"]],
    ["GET", "/stats/summary", "get", ["stats"]],
    ["GET", "/metrics/cadvisor", "get", ["metrics"]],
    ["GET", "/logs/x", "get", ["log"]],
    ["POST", "/checkpoint/ns/p/c", "create", ["checkpoint"]],
    ["GET", "/statusz", "get", ["statusz"]],
    ["GET", "/flagz", "get", ["configz"]],
    ["PUT", "/x", "update", ["proxy"]],
    ["TRACE", "/x", "", ["proxy"]],
  ])("%s %s needs %s of %j", (method, path, verb, subresources) => {
    expect(nodeAccess(method, path)).toEqual({ verb, subresources });
  });
});

describe("which streams", () => {
  const read = (query: string) => readRemoteCommandOptions(new URLSearchParams(query));

  test.each([
    ["output=1", { stdin: false, stdout: true, stderr: false, tty: false }],
    ["input=1&output=1&error=1", { stdin: true, stdout: true, stderr: true, tty: false }],
    ["input=1&output=1&error=1&tty=1", { stdin: true, stdout: true, stderr: false, tty: true }],
    ["tty=1&error=1", { problem: "you must specify at least 1 of stdin, stdout, stderr" }],
    ["output=true", { problem: "you must specify at least 1 of stdin, stdout, stderr" }],
  ])("%s", (query, options) => {
    expect(read(query)).toEqual(options);
  });

  test.each([
    ["", { problem: 'query parameter "port" is required' }],
    ["port=", { problem: 'query parameter "port" cannot be empty' }],
    ["port=80,443&port=8080", [80, 443, 8080]],
    ["port=0", { problem: 'port "0" must be > 0' }],
    [
      "port=80,x",
      {
        problem: 'unable to parse "80,x" as a port: strconv.ParseUint: parsing "x": invalid syntax',
      },
    ],
    [
      "port=65536",
      {
        problem:
          'unable to parse "65536" as a port: strconv.ParseUint: parsing "65536": value out of range',
      },
    ],
    [`port=${Array.from({ length: 128 }, () => "1").join(",")}`, { problem: "at most 127 ports" }],
  ])("ports: %s", (query, ports) => {
    expect(readForwardedPorts(new URLSearchParams(query))).toEqual(ports);
  });
});

describe("negotiation", () => {
  const supported = {
    spdy: ["v4.x", "v3.x"],
    webSocket: ["v5.x", "v4.x", ""],
    tunnel: true,
  };
  const upgrade = (protocol: string, name: string, value?: string) =>
    negotiateStreams(
      { upgrade: protocol, ...(value === undefined ? {} : { [name]: value }) },
      supported,
    );
  const webSocket = (value?: string) => upgrade("websocket", "sec-websocket-protocol", value);
  const spdy = (value?: string) => upgrade("SPDY/3.1", "x-stream-protocol-version", value);

  test.each([
    [undefined, ""],
    ["v5.x", "v5.x"],
    ["v4.x, v5.x", "v5.x"],
    ["v9.x,v4.x", "v4.x"],
  ])("of a WebSocket: %s", (offered, protocol) => {
    const transport = "web-socket";
    expect(webSocket(offered)).toEqual({ transport, protocol, subprotocol: protocol });
  });

  test("of a tunnel", () => {
    expect(webSocket("SPDY/3.1+v4.x, SPDY/3.1+v3.k8s.io")).toMatchObject({
      refusal: { status: 403 },
    });
    const withTunnel = { ...supported, spdy: ["v3.k8s.io"] };
    const headers = { upgrade: "websocket", "sec-websocket-protocol": "SPDY/3.1+v3.k8s.io" };
    expect(negotiateStreams(headers, withTunnel)).toEqual({
      transport: "web-socket-tunnel",
      protocol: "v3.k8s.io",
      subprotocol: "SPDY/3.1+v3.k8s.io",
    });
  });

  test("of SPDY: the client's order counts", () => {
    expect(spdy("v9.x, v3.x,v4.x")).toMatchObject({ transport: "spdy", protocol: "v3.x" });
  });

  test.each([
    [webSocket("v9.x"), 403, ""],
    [spdy(), 400, "header X-Stream-Protocol-Version does not exist in request"],
    [spdy(" , "), 400, "but no valid protocols"],
    [spdy("v9.x"), 403, "client supports [v9.x], server accepts [v4.x v3.x]"],
    [upgrade("spdy/2", "x-stream-protocol-version", "v4.x"), 400, "missing upgrade headers"],
  ])("nothing in common %#", (negotiated, status, text) => {
    if (!("refusal" in negotiated)) throw new Error("agreed");
    expect(negotiated.refusal.status).toBe(status);
    expect(negotiated.refusal.body).toContain(text);
  });
});

describe("sizes of a terminal", () => {
  async function* stream(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const read = async (...chunks: readonly string[]) => {
    const sizes: (readonly [number, number])[] = [];
    for await (const { columns, rows } of terminalSizes(stream(...chunks)))
      sizes.push([columns, rows]);
    return sizes;
  };

  test.each([
    [['{"Width":80,"Height":24}'], [[80, 24]]],
    [
      ['{"Width":80,"Height":24}{"Width":1,"Height":2}\n', ' {"width":3,"height":4}'],
      [
        [80, 24],
        [1, 2],
        [3, 4],
      ],
    ],
    [['{"Wid', 'th":80,"Hei', 'ght":24', "}"], [[80, 24]]],
    [['{"Width":80}'], [[80, 0]]],
    [['{"Width":1,"Height":2}', "junk}", '{"Width":3,"Height":4}'], [[1, 2]]],
    [['{"Width":70000,"Height":1}'], []],
    [['{"Width":-1,"Height":1}'], []],
    [['{"Width":"80","Height":1}'], []],
    [["[1]}"], []],
    [["x".repeat(5000), '{"Width":1,"Height":2}'], []],
  ])("%j", async (chunks, sizes) => {
    expect(await read(...chunks)).toEqual(sizes);
  });
});

test("a status, and what old versions make of it", () => {
  expect(encodeStatus(SUCCESS, false).toString()).toBe('{"metadata":{},"status":"Success"}');
  expect(encodeStatus(SUCCESS, true).toString()).toBe("");
  expect(encodeStatus(nonZeroExitCode(["a", "b"], 9), true).toString()).toBe(
    "command terminated with non-zero exit code: error executing command [a b], exit code 9",
  );
});

describe("options of a log", () => {
  const now = Date.parse("2026-01-01T01:00:00Z");
  const read = (query: string) => readLogOptions(new URLSearchParams(query), now);

  test.each([
    ["", { follow: false, timestamps: false }],
    ["follow=true&timestamps=1&previous=0", { follow: true, timestamps: true }],
    ["tailLines=5&limitBytes=9", { follow: false, timestamps: false, tailLines: 5, limitBytes: 9 }],
    ["tail=all&tailLines=5", { follow: false, timestamps: false }],
    ["tail=3", { follow: false, timestamps: false, tailLines: 3 }],
    ["sinceSeconds=60", { follow: false, timestamps: false, sinceAt: now - 60_000 }],
    [
      "sinceTime=2026-01-01T00:00:00Z",
      { follow: false, timestamps: false, sinceAt: now - 3_600_000 },
    ],
    ["stream=Stderr", { follow: false, timestamps: false, stream: "stderr" }],
  ])("%s", (query, log) => {
    expect(read(query)).toEqual({ previous: false, log });
  });

  test.each([
    ["tailLines=x", 400],
    ["sinceTime=yesterday", 400],
    ["tailLines=-1", 422],
    ["limitBytes=0", 422],
    ["sinceSeconds=0", 422],
    ["sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z", 422],
    ["stream=stdout", 422],
  ])("%s is refused", (query, status) => {
    expect(read(query)).toMatchObject({ status });
  });
});

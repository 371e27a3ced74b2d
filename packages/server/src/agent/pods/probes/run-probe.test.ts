import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Container, Probe } from "../../../api/types.ts";
import { type Clock, realClock } from "../../../runtime/clock.ts";
import { FakeClock } from "../../../testing/fake-clock.ts";
import { createTestCertificates } from "../../streams/certificates.fixture.ts";
import { ScriptedRuntime } from "../scripted-runtime.fixture.ts";
import { type ProbeVerdict, runProbe } from "./run-probe.ts";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createHttp();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function look(
  probe: Probe,
  container: Partial<Container> = {},
  clock: Clock = realClock,
): Promise<ProbeVerdict> {
  const runtime = new ScriptedRuntime({ clock });
  const target = {
    container: { name: "c", ...container },
    containerId: "id",
    podIP: "127.0.0.1",
  };
  return runProbe(probe, target, { runtime, clock, signal: new AbortController().signal });
}

const success = (output: string): ProbeVerdict => ({ result: "success", output });
const failure = (output: string): ProbeVerdict => ({ result: "failure", output });

describe("a probe over HTTP", () => {
  it.each<[string, RequestListener, ProbeVerdict]>([
    ["200", (_request, response) => response.end("fine"), success("fine")],
    [
      "404",
      (_request, response) => response.writeHead(404).end("secret"),
      failure("HTTP probe failed with statuscode: 404"),
    ],
    [
      "a redirect to the same host",
      ({ url }, response) => {
        if (url === "/there") response.end("there");
        else response.writeHead(302, { location: "/there" }).end();
      },
      success("there"),
    ],
    [
      "a redirect to another host",
      (_request, response) => response.writeHead(301, { location: "http://x.example/" }).end("go"),
      { result: "warning", output: "Probe terminated redirects, Response body: go" },
    ],
    [
      "a long body",
      (_request, response) => response.end("x".repeat(50_000)),
      success("x".repeat(10_240)),
    ],
  ])("is answered %s", async (_what, listener, verdict) => {
    const port = await listen(createHttp(listener));
    expect(await look({ httpGet: { port, path: "/" } })).toEqual(verdict);
  });

  it.each([
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello",
      "HTTP probe failed with statuscode: 101",
    ],
    ["nothing", "", 'Get "http://127.0.0.1:PORT/": EOF'],
  ])("is answered with %s", async (_what, bytes, text) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      // The one keeps the connection, the other does not.
      socket.once("data", () => (bytes === "" ? socket.end() : socket.write(bytes)));
    });
    const port = await listen(server);
    expect(await look({ httpGet: { port, path: "/" }, timeoutSeconds: 5 })).toEqual(
      failure(text.replace("PORT", String(port))),
    );
  });

  it("goes round in circles ten times", async () => {
    const port = await listen(
      createHttp((_request, response) => response.writeHead(302, { location: "/" }).end()),
    );
    expect(await look({ httpGet: { port, path: "/" } })).toEqual(
      failure(`Get "http://127.0.0.1:${port}/": stopped after 10 redirects`),
    );
  });

  it.each([
    ["http://[", 'Get "http://127.0.0.1:PORT/": failed to parse Location header "http://["'],
    ["ftp://127.0.0.1/x", 'Get "ftp://127.0.0.1/x": unsupported protocol scheme "ftp"'],
  ])("fails when it is sent to %s", async (location, text) => {
    const port = await listen(
      createHttp((_request, response) => response.writeHead(302, { location }).end()),
    );
    const verdict = await look({ httpGet: { port, path: "/" } });
    expect(verdict).toEqual(failure(text.replace("PORT", String(port))));
  });

  it("fails when its headers cannot be sent", async () => {
    const httpHeaders = [{ name: "X-Probe", value: "a\nb" }];
    const verdict = await look({ httpGet: { port: 80, path: "/", httpHeaders } });
    expect(verdict).toMatchObject({ result: "failure" });
  });

  it("says what a kubelet says", async () => {
    let seen = {};
    const port = await listen(
      createHttp(({ url, headers }, response) => {
        seen = { url, ...headers };
        response.end();
      }),
    );
    const httpHeaders = [
      { name: "X-Probe", value: "1" },
      { name: "Host", value: "pod.example" },
    ];
    const ports = [{ name: "web", containerPort: port }];
    await look({ httpGet: { port: "web", path: "health?full=1", httpHeaders } }, { ports });
    expect(seen).toEqual({
      url: "/health?full=1",
      host: "pod.example",
      "x-probe": "1",
      "user-agent": "kube-probe/1.36",
      accept: "*/*",
      connection: "close",
    });
  });

  it("tells that nobody listens", async () => {
    const port = await closedPort();
    expect(await look({ httpGet: { port } })).toEqual(
      failure(
        `Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
      ),
    );
  });

  it("tells that it took too long", async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    const port = await listen(createHttp(() => asked.resolve()));
    const looking = look({ httpGet: { port }, timeoutSeconds: 2 }, {}, clock);
    await asked.promise;
    await clock.advance(2_000);
    expect(await looking).toEqual(
      failure(
        `Get "http://127.0.0.1:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      ),
    );
    expect(clock.pending()).toBe(0);
  });

  it("does not look at certificates", async () => {
    const listener: RequestListener = (_request, response) => response.end("safe");
    const port = await listen(createHttps(createTestCertificates().stranger, listener));
    expect(await look({ httpGet: { port, scheme: "HTTPS" } })).toEqual(success("safe"));
  });

  it("tells HTTP from HTTPS", async () => {
    const port = await listen(createHttp());
    expect(await look({ httpGet: { port, scheme: "HTTPS" } })).toEqual(
      failure(`Get "https://127.0.0.1:${port}/": http: server gave HTTP response to HTTPS client`),
    );
  });

  it.each([
    ["none", 'strconv.Atoi: parsing "none": invalid syntax'],
    [70_000, "invalid port number: 70000"],
  ])("needs a port: %s", async (port, message) => {
    await expect(look({ httpGet: { port } })).rejects.toThrow(message);
  });
});

describe("a probe over TCP", () => {
  it("succeeds when somebody listens", async () => {
    const port = await listen(createHttp());
    expect(await look({ tcpSocket: { port } })).toEqual(success(""));
  });

  it("tells that nobody does", async () => {
    const port = await closedPort();
    expect(await look({ tcpSocket: { port } })).toEqual(
      failure(`dial tcp 127.0.0.1:${port}: connect: connection refused`),
    );
  });
});

describe("a probe over gRPC", () => {
  /** Answers a health check with these bytes, status and message. */
  async function grpcServer(status: number | string, message: string, body: readonly number[]) {
    const services: Buffer[] = [];
    const server = createHttp2();
    server.on("stream", (stream: ServerHttp2Stream) => {
      stream.on("data", (chunk: Buffer) => services.push(chunk.subarray(7)));
      stream.on("end", () => {
        stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => {
          stream.sendTrailers({ "grpc-status": status, "grpc-message": message });
        });
        stream.end(Buffer.from(body));
      });
    });
    return { port: await listen(server), services };
  }

  it.each<[string, number | string, string, readonly number[], ProbeVerdict]>([
    ["well", 0, "", [0, 0, 0, 0, 2, 8, 1], success("service healthy")],
    [
      "not well",
      0,
      "",
      [0, 0, 0, 0, 2, 8, 2],
      failure('service unhealthy (responded with "NOT_SERVING")'),
    ],
    ["no status", 0, "", [0, 0, 0, 0, 0], failure('service unhealthy (responded with "UNKNOWN")')],
    [
      "not known",
      12,
      "unknown service",
      [],
      failure(
        "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service",
      ),
    ],
    [
      "a failure",
      5,
      "no%20such service",
      [],
      failure("error: health rpc probe failed: rpc error: code = NotFound desc = no such service"),
    ],
    [
      "a failure whose text is damaged",
      5,
      "a%zz %C3%BC %E0%A4%A %",
      [],
      failure(
        "error: health rpc probe failed: rpc error: code = NotFound desc = a%zz \u00fc \ufffd%A %",
      ),
    ],
    [
      "a failure that is no number",
      "nonsense",
      "",
      [],
      failure(
        'error: health rpc probe failed: rpc error: code = Unknown desc = transport: malformed grpc-status: strconv.ParseInt: parsing "nonsense": invalid syntax',
      ),
    ],
  ])("is answered %s", async (_what, status, message, body, verdict) => {
    const { port } = await grpcServer(status, message, body);
    expect(await look({ grpc: { port } })).toEqual(verdict);
  });

  it("is answered without end: it is not read on", async () => {
    let written = 0;
    const server = createHttp2();
    server.on("stream", (stream: ServerHttp2Stream) => {
      stream.on("error", () => {});
      stream.respond({ "content-type": "application/grpc" });
      const more = (): void => {
        written += 65_536;
        if (!stream.destroyed) stream.write(Buffer.alloc(65_536, 0), more);
      };
      more();
    });
    const port = await listen(server);
    expect(await look({ grpc: { port }, timeoutSeconds: 10 })).toEqual(
      failure(
        "error: health rpc probe failed: rpc error: code = Internal desc = cardinality violation: expected <EOF> for non server-streaming RPCs, but received another message",
      ),
    );
    expect(written).toBeLessThan(8 * 1024 * 1024);
  });

  it("is answered with more than there may be", async () => {
    const { port } = await grpcServer(0, "", [0, 0, 0x40, 0, 1, 8, 1]);
    expect(await look({ grpc: { port } })).toEqual(
      failure(
        "error: health rpc probe failed: rpc error: code = ResourceExhausted desc = grpc: received message larger than max (4194305 vs. 4194304)",
      ),
    );
  });

  it("asks for the service that it is told", async () => {
    const { port, services } = await grpcServer(0, "", [0, 0, 0, 0, 2, 8, 1]);
    await look({ grpc: { port, service: "my.Service" } });
    expect(services.map(String)).toEqual(["my.Service"]);
  });

  it("tells that nobody listens, when the time is over", async () => {
    const port = await closedPort();
    expect(await look({ grpc: { port }, timeoutSeconds: 1 })).toEqual(
      failure(
        `timeout: failed to connect service "127.0.0.1:${port}" within 1s: context deadline exceeded`,
      ),
    );
  });
});

describe("a probe that runs a command", () => {
  async function run(
    probe: Probe,
    answer: ScriptedRuntime["answer"],
    clock: FakeClock = new FakeClock(),
  ) {
    const runtime = new ScriptedRuntime({ clock });
    runtime.answer = answer;
    const podId = (await runtime.runPod({ uid: "u" } as Parameters<typeof runtime.runPod>[0])).id;
    const image = { id: "i", reference: "i", pulled: false };
    const config = { name: "c", image } as Parameters<typeof runtime.createContainer>[1];
    const containerId = await runtime.createContainer(podId, config);
    const env = [{ name: "FILE", value: "/tmp/x" }];
    const target = { container: { name: "c", env }, containerId, podIP: "" };
    const context = { runtime, clock, signal: new AbortController().signal };
    const running = runProbe(probe, target, context);
    await clock.advance(0);
    await clock.advance((probe.timeoutSeconds ?? 1) * 1000);
    return { verdict: await running, calls: runtime.calls };
  }

  it("succeeds with 0", async () => {
    const exec = { command: ["cat", "$(FILE)", "$(OTHER)"] };
    const { verdict, calls } = await run({ exec }, () => ({ exitCode: 0, output: "ok" }));
    expect(verdict).toEqual(success("ok"));
    expect(calls).toContain("exec c cat /tmp/x $(OTHER)");
  });

  it("fails with anything else", async () => {
    const { verdict } = await run({ exec: { command: ["x"] } }, () => ({
      exitCode: 1,
      output: "no",
    }));
    expect(verdict).toEqual(failure("no"));
  });

  it("keeps but a part of what it prints", async () => {
    const output = "x".repeat(20_000);
    const { verdict } = await run({ exec: { command: ["x"] } }, () => ({ exitCode: 1, output }));
    expect(verdict.output).toHaveLength(10_240);
  });

  it("fails when it takes too long", async () => {
    const probe = { exec: { command: ["sleep", "9"] }, timeoutSeconds: 3 };
    const { verdict } = await run(probe, () => new Promise(() => {}));
    expect(verdict).toEqual(failure('command timed out: "sleep 9" timed out after 3s'));
  });
});

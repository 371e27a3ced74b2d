import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../runtime/logger.ts";
import type { ApiRequest, ApiResponse, Handler, StreamSink } from "./exchange.ts";
import {
  createTestTls,
  exchange,
  openSession,
  openTls,
  type Protocol,
  readToEnd,
  requestOver,
  startListener,
  type TestTls,
} from "./listener.fixture.ts";
import type { Listener, ListenerOptions } from "./listener.ts";

let tls: TestTls;
const running: Listener[] = [];

beforeAll(() => {
  tls = createTestTls();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((listener) => listener.close({ graceMs: 0 })));
});

async function start(handler: Handler, options: Partial<ListenerOptions> = {}): Promise<number> {
  const { listener, port } = await startListener(tls, handler, options);
  running.push(listener);
  return port;
}

const text = (body: ApiResponse["body"], status = 200): ApiResponse => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

const json = (value: unknown): ApiResponse => text(JSON.stringify(value));

const protocols: readonly Protocol[] = ["http/1.1", "h2"];

describe.each(protocols)("over %s", (protocol) => {
  test("a handler sees the request as it came", async () => {
    const port = await start(async (request) =>
      json({
        method: request.method,
        path: request.path,
        rawQuery: request.rawQuery,
        protocol: request.protocol,
        remoteAddress: request.remoteAddress,
        agent: request.headers["user-agent"],
        raw: request.rawHeaders.includes("application/yaml"),
        body: Buffer.from(await request.body(100)).toString(),
        certificate: request.clientCertificate ?? null,
        trusted: request.trustedUser ?? null,
      }),
    );
    const answer = await exchange(protocol, tls, port, {
      method: "POST",
      path: "/api/v1%2Fnodes?limit=1&x=%zz",
      headers: { "user-agent": "test/1", accept: "application/yaml" },
      body: "hello",
    });
    expect(JSON.parse(answer.body.toString())).toEqual({
      method: "POST",
      path: "/api/v1/nodes",
      rawQuery: "limit=1&x=%zz",
      protocol: protocol === "h2" ? "HTTP/2.0" : "HTTP/1.1",
      remoteAddress: "127.0.0.1",
      agent: "test/1",
      raw: true,
      body: "hello",
      certificate: null,
      trusted: null,
    });
  });

  test("a request without a body has an empty one at once", async () => {
    const port = await start((request) => text(String(request.body(10) instanceof Uint8Array)));
    expect((await exchange(protocol, tls, port)).body.toString()).toBe("true");
  });

  test.each<[string, () => ApiResponse["body"], string, boolean]>([
    ["a string", () => "é", "é", true],
    ["bytes", () => Buffer.from("abc"), "abc", true],
    ["nothing", () => undefined, "", true],
    ["few chunks", () => [Buffer.from("a"), new Uint8Array(0), Buffer.from("b")], "ab", true],
    ["chunks made one by one", () => generate(["x", "", "y"]), "xy", true],
    ["no chunks", () => generate([]), "", true],
    ["a large string", () => "é".repeat(200_000), "é".repeat(200_000), true],
    ["large bytes", () => Buffer.alloc(1_000_000, "z"), "z".repeat(1_000_000), true],
    ["many chunks", () => Array(3_000).fill(Buffer.alloc(100, "c")), "c".repeat(300_000), true],
    [
      "many made one by one",
      () => generate(Array(300).fill("g".repeat(1_000))),
      "g".repeat(300_000),
      false,
    ],
  ])("sends %s", async (_name, body, expected, lengthKnown) => {
    const port = await start(() => text(body()));
    const answer = await exchange(protocol, tls, port);
    expect(answer.body.toString() === expected).toBe(true);
    expect(answer.headers["content-length"]).toBe(
      lengthKnown ? String(Buffer.byteLength(expected)) : undefined,
    );
    expect(answer.headers.date).toBeDefined();
  });

  test("a HEAD gets the length without the body", async () => {
    const port = await start(() => text("x".repeat(300_000)));
    const answer = await exchange(protocol, tls, port, { method: "HEAD" });
    expect(answer.body.length).toBe(0);
    expect(answer.headers["content-length"]).toBe("300000");
  });

  test("204 has no length", async () => {
    const port = await start(() => text(undefined, 204));
    const answer = await exchange(protocol, tls, port);
    expect([answer.status, answer.headers["content-length"]]).toEqual([204, undefined]);
  });

  test("repeated header fields, and bytes beyond ASCII in them", async () => {
    const warning = Buffer.from('299 - "é"').toString("latin1");
    const port = await start(() => ({
      status: 200,
      headers: { warning: ['299 - "a"', warning], "X-Upper": "kept" },
      body: "",
    }));
    const answer = await exchange(protocol, tls, port);
    expect(answer.headers.warning).toBe(`299 - "a", ${warning}`);
    expect(answer.headers["x-upper"]).toBe("kept");
  });

  test.each([
    [undefined, undefined],
    ["client" as const, true],
    ["stranger" as const, false],
  ])("the client certificate of %s", async (which, verified) => {
    const port = await start((request) => json(request.clientCertificate ?? null));
    const answer = await exchange(protocol, tls, port, {
      ...(which === undefined ? {} : { certificate: tls[which] }),
    });
    expect(JSON.parse(answer.body.toString())).toEqual(
      which === undefined
        ? null
        : {
            verified,
            frontProxy: false,
            commonName: "jane",
            organizations: ["dev", "ops"],
            uids: [],
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
    );
  });

  test("a certificate stops being verified when its time ends", async () => {
    let now = Date.now();
    const port = await start((request) => json(request.clientCertificate?.verified), {
      clock: {
        now: () => now,
        sleep: () => Promise.resolve(),
        after: () => () => {},
      },
    });
    const certificate = tls.client;
    expect((await exchange(protocol, tls, port, { certificate })).body.toString()).toBe("true");
    now = tls.client.notAfter + 1;
    expect((await exchange(protocol, tls, port, { certificate })).body.toString()).toBe("false");
  });

  test.each(["/api/v1/%", "/%zz"])("%s is refused with 400", async (path) => {
    const port = await start(() => text("reached"));
    const answer = await exchange(protocol, tls, port, { path });
    expect(answer).toMatchObject({
      status: 400,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
    expect(answer.body.toString()).toBe("400 Bad Request");
  });

  test.each([
    ["announced", { "content-length": "1000" }],
    ["found out while reading", {}],
  ])("a body that is too large, %s", async (_name, headers) => {
    const port = await start(async (request) => {
      try {
        await request.body(999);
        return text("read");
      } catch (error) {
        return text(String(error), 413);
      }
    });
    const answer = await exchange(protocol, tls, port, {
      method: "POST",
      headers,
      body: "b".repeat(1000),
    });
    expect(answer.status).toBe(413);
    expect(answer.body.toString()).toContain("Request entity too large: limit is 999");
  });

  test("a client that waits for 100 gets it when its body is wanted", async () => {
    const port = await start(async (request) => text(await request.body(100)));
    const answer = await exchange(protocol, tls, port, {
      method: "PUT",
      headers: { expect: "100-continue" },
      body: "waited",
    });
    expect(answer.body.toString()).toBe("waited");
  });

  test.each<[string, Handler]>([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["rejects", () => Promise.reject(new Error("secret"))],
  ])("a handler that %s is a 500 that says nothing", async (_name, handler) => {
    const port = await start(handler);
    const answer = await exchange(protocol, tls, port);
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toBe("Internal Server Error\n");
  });

  test("a source that fails in the middle breaks the answer off, and the server lives", async () => {
    const port = await start((request) =>
      request.path === "/bad" ? text(failing()) : text("fine"),
    );
    await expect(exchange(protocol, tls, port, { path: "/bad" })).rejects.toThrow(
      protocol === "h2" ? "NGHTTP2_INTERNAL_ERROR" : "aborted",
    );
    expect((await exchange(protocol, tls, port)).body.toString()).toBe("fine");
  });

  test("a source is told when the client goes away", async () => {
    let abandoned: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      abandoned = resolve;
    });
    const port = await start(() => text(endless(abandoned)));
    if (protocol === "h2") {
      const session = openSession(tls, port);
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => {});
      await once(stream, "data");
      stream.close(8);
      await told;
      session.close();
    } else {
      const socket = await openTls(tls, port, "http/1.1");
      socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await once(socket, "data");
      socket.destroy();
      await told;
    }
  });

  test("onClose is called when the answer has been sent", async () => {
    let closed: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await start((request) => {
      request.onClose(closed);
      return text("done");
    });
    await exchange(protocol, tls, port);
    await told;
  });

  test("a stream sends at once, ends cleanly, and is told of the end", async () => {
    const events: string[] = [];
    let sink: StreamSink | undefined;
    const port = await start(() =>
      text({
        start: (given) => {
          sink = given;
          given.onClose(() => events.push("closed"));
          given.write("one ");
        },
      }),
    );
    const answer = exchange(protocol, tls, port);
    while (sink === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sink.write(Buffer.from("two"))).toBe(true);
    sink.end();
    expect(sink.write("late")).toBe(false);
    expect((await answer).body.toString()).toBe("one two");
    while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(events).toEqual(["closed"]);
  });

  test("a stream that is destroyed does not look like one that ended", async () => {
    const port = await start(() =>
      text({
        start: (sink) => {
          sink.write("half");
          setTimeout(() => sink.destroy(), 20);
        },
      }),
    );
    await expect(exchange(protocol, tls, port)).rejects.toThrow(
      protocol === "h2" ? "NGHTTP2_INTERNAL_ERROR" : "aborted",
    );
  });

  test("a client that does not read is noticed, and the drain comes when it does", async () => {
    let sink: StreamSink | undefined;
    let drained = false;
    const chunk = Buffer.alloc(64 * 1024, "w");
    const port = await start(() =>
      text({
        start: (given) => {
          sink = given;
          for (let count = 0; count < 400 && given.write(chunk); count++);
          for (let count = 0; count < 400; count++) given.write(chunk);
          given.onDrain(() => {
            drained = true;
            given.end();
          });
        },
      }),
    );
    const socketOrStream =
      protocol === "h2"
        ? openSession(tls, port).request({ ":path": "/" })
        : await openTls(tls, port, "http/1.1");
    if (protocol === "http/1.1") socketOrStream.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    socketOrStream.pause();
    while (sink === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sink.buffered()).toBeGreaterThan(64 * 1024);
    expect(drained).toBe(false);
    socketOrStream.resume();
    while (!drained) await new Promise((resolve) => setTimeout(resolve, 5));
    socketOrStream.destroy();
  });

  test("new certificates are shown without a restart", async () => {
    const { listener, port } = await startListener(tls, () => text("ok"));
    running.push(listener);
    const shown = async (): Promise<string> => {
      const socket = await openTls(tls, port, protocol);
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const before = await shown();
    listener.setTls({ ...tls.nextServing, clientCa: tls.clientCa });
    expect(await shown()).not.toBe(before);
    expect((await exchange(protocol, tls, port, { certificate: tls.client })).status).toBe(200);
    expect(() =>
      listener.setTls({ ...tls.serving, key: tls.client.key, clientCa: undefined }),
    ).toThrow();
  });
});

describe("HTTP/1.1 alone", () => {
  const send = async (port: number, request: string): Promise<string> => {
    const socket = await openTls(tls, port, "http/1.1");
    socket.write(request);
    return readToEnd(socket);
  };

  test.each(["FOO", "get", "X-!"])(
    "method %s, which Node does not know, reaches the handler",
    async (method) => {
      const port = await start((request: ApiRequest) =>
        text(`${request.method} ${request.path} ${request.headers.authorization}`, 405),
      );
      const answer = await send(
        port,
        `${method} /a%2Fb HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\n/);
      expect(answer).toMatch(/\r\nConnection: close\r\n/);
      expect(answer.endsWith(`\r\n\r\n${method} /a/b Bearer t`)).toBe(true);
    },
  );

  test.each([
    ["no request at all", "nonsense\r\n\r\n"],
    ["an unknown method without a host", "FOO / HTTP/1.1\r\n\r\n"],
    ["an unknown method with a bad path", "FOO /% HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["an unknown method with a bad field", "FOO / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n"],
    ["a bad field", "GET / HTTP/1.1\r\nHost: a\r\nb c\r\n\r\n"],
  ])("%s is 400", async (_name, request) => {
    const port = await start(() => text("reached"));
    expect(await send(port, request)).toMatch(
      /^HTTP\/1.1 400 Bad Request\r\n[\s\S]*400 Bad Request$/,
    );
  });

  test.each([
    ["no host", "GET / HTTP/1.1\r\n\r\n", "400 Bad Request: missing required Host header"],
    ["two hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "400 Bad Request"],
    ["no version", "GET /\r\n\r\n", "400 Bad Request"],
    [
      "another version",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "505 HTTP Version Not Supported: unsupported protocol version",
    ],
    [
      "another transfer coding",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "Unsupported transfer encoding",
    ],
    [
      "an upgrade without a host",
      "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "400 Bad Request: missing required Host header",
    ],
    [
      "an upgrade with two hosts",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "400 Bad Request",
    ],
    ["a tunnel without a host", "CONNECT a:1 HTTP/1.1\r\n\r\n", "400 Bad Request"],
  ])("%s is refused as Go does", async (_name, request, why) => {
    const port = await start(() => text("reached"));
    const answer = await send(port, request);
    expect(answer).toMatch(/^HTTP\/1.1 (400|501|505) [\s\S]*Connection: close/);
    expect(answer.endsWith(`\r\n\r\n${why}`)).toBe(true);
  });

  test("HTTP/1.0 needs no host", async () => {
    const port = await start(() => text("old"));
    expect(await send(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 OK[\s\S]*old$/);
  });

  test.each([
    ["a:443", ""],
    ["/version", "/version"],
  ])("CONNECT %s reaches the handler, and is no tunnel", async (target, path) => {
    const port = await start((request) => ({
      ...text(`${request.method} <${request.path}>`, 405),
      takeOver: ({ socket }) => socket.end("tunnel"),
    }));
    const answer = await send(port, `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer.endsWith(`\r\n\r\nCONNECT <${path}>`)).toBe(true);
  });

  test.each([
    [
      "a request before it",
      ["DELETE /a HTTP/1.1\r\nHost: a\r\n\r\nFOO /b HTTP/1.1\r\nHost: a\r\n\r\n"],
    ],
    ["the head of a known method", ["PO", "DELETE /b HTTP/1.1\r\nHost: a\r\n\r\n"]],
  ])("bytes behind an unknown method are no request: %s", async (_name, pieces) => {
    const seen: string[] = [];
    const port = await start(({ method, path }) => {
      seen.push(`${method} ${path}`);
      return text("seen");
    });
    const socket = await openTls(tls, port, "http/1.1");
    const ended = readToEnd(socket);
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await ended;
    expect(seen).toEqual(pieces.length === 1 ? ["DELETE /a"] : []);
  });

  test("neither a token nor anything else that came is logged of what cannot be read", async () => {
    const logged: unknown[] = [];
    const logger = { ...silentLogger, debug: (...line: unknown[]) => logged.push(line) };
    const port = await start(() => text("reached"), { logger });
    await send(port, "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\nb c\r\n\r\n");
    await send(port, "FOO / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\n\r\n");
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toMatch(/secret|115,101,99,114,101,116/);
  });

  test("a warning of other letters is UTF-8 beside a text, too", async () => {
    const warning = Buffer.from('299 - "caf\u00e9"', "utf8").toString("latin1");
    const port = await start(() => ({ ...text("caf\u00e9"), headers: { warning } }));
    const answer = await send(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(Buffer.from(answer, "latin1").toString("utf8")).toMatch(
      /warning: 299 - "caf\u00e9"\r\n[\s\S]*\r\n\r\ncaf\u00e9$/,
    );
  });

  test.each([
    ["announced", `Content-Length: ${64 * 65_536}\r\n\r\n`, "", ""],
    ["in chunks", "Transfer-Encoding: chunked\r\n\r\n", "10000\r\n", "\r\n"],
  ])(
    "who sends too much, %s, can send it all and is told so",
    async (_how, head, before, after) => {
      const port = await start(async (request) => {
        const refused = await Promise.resolve(request.body(999)).then(String, String);
        return text(refused, 413);
      });
      const socket = await openTls(tls, port, "http/1.1");
      const answered = readToEnd(socket);
      const write = (piece: string): Promise<unknown> =>
        new Promise((resolve) => socket.write(piece, resolve));
      await write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${head}`);
      const piece = `${before}${"x".repeat(65_536)}${after}`;
      for (let count = 0; count < 64; count++) expect(await write(piece)).toBeFalsy();
      if (before !== "") await write("0\r\n\r\n");
      expect(await answered).toMatch(
        /^HTTP\/1.1 413 [\s\S]*Request entity too large: limit is 999$/,
      );
    },
  );

  test("a head that is too large is 431", async () => {
    const port = await start(() => text("reached"), { limits: { headerBytes: 1024 } });
    const request = `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(4096)}\r\n\r\n`;
    expect(await send(port, request)).toMatch(/^HTTP\/1.1 431 /);
  });

  test("closes after an answer when the client asks for it", async () => {
    const port = await start(() => text("bye"));
    const answer = await send(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*bye$/);
  });

  const upgrade = (path: string, protocol: string, more = ""): string =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${more}\r\n`;

  test("who asks to leave HTTP is let go where the answer takes the connection over", async () => {
    const port = await start((request) => ({
      ...text("ordinary"),
      takeOver: ({ socket, head }) => socket.end(`${request.upgrade} ${request.path} ${head}`),
    }));
    const asked = `${upgrade("/yes", "WebSocket")}early`;
    expect(await send(port, asked)).toBe("websocket /yes early");
    expect(await send(port, upgrade("/yes", "SPDY/3.1"))).toBe("spdy/3.1 /yes ");
  });

  test("others are answered as ever, and their connection ends", async () => {
    const port = await start(() => text("refused", 403));
    const answer = await send(port, upgrade("/no", "websocket"));
    expect(answer).toMatch(/^HTTP\/1.1 403 Forbidden[\s\S]*Connection: close[\s\S]*refused$/);
  });

  test("a protocol that nobody here speaks, or a body, makes an ordinary request", async () => {
    const port = await start(async (request) => {
      const body = Buffer.from(await request.body(100)).toString();
      return {
        ...text(`${request.upgrade} ${body}`),
        takeOver: ({ socket }) => socket.end("left"),
      };
    });
    const other = upgrade("/", "h2c").replace("Upgrade\r\n", "Upgrade, close\r\n");
    expect(await send(port, other)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*undefined $/);
    const withBody = upgrade("/", "websocket", "Content-Length: 4\r\n").replace("GET", "POST");
    expect(
      await send(port, `${withBody.replace("Upgrade\r\n", "Upgrade, close\r\n")}body`),
    ).toMatch(/^HTTP\/1.1 200 OK[\s\S]*undefined body$/);
  });

  test("a drain ends connections that have left", async () => {
    let ended = false;
    const { listener, port } = await startListener(tls, () => ({
      ...text("ordinary"),
      takeOver: ({ socket }) => {
        socket.write("taken");
        socket.on("close", () => {
          ended = true;
        });
      },
    }));
    const socket = await openTls(tls, port, "http/1.1");
    socket.write(upgrade("/", "websocket"));
    await once(socket, "data");
    const closed = once(socket, "close");
    await listener.close({ graceMs: 5_000 });
    await closed;
    expect(ended).toBe(true);
  });
});

describe("HTTP/2 alone", () => {
  test("announces its bounds", async () => {
    const port = await start(() => text("ok"));
    const session = openSession(tls, port);
    await requestOver(session, {});
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 250, enablePush: false });
    session.close();
  });

  test("serves many streams of one session at once", async () => {
    let waiting: (() => void)[] = [];
    const port = await start(
      () =>
        new Promise((resolve) => {
          waiting.push(() => resolve(text("ok")));
          if (waiting.length === 100) for (const go of waiting) go();
        }),
    );
    const session = openSession(tls, port);
    const answers = await Promise.all(Array.from({ length: 100 }, () => requestOver(session, {})));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    waiting = [];
    session.close();
  });

  test("a stream that is reset while the handler works harms nobody", async () => {
    let answer: () => void = () => {};
    const port = await start((request) =>
      request.path === "/slow"
        ? new Promise((resolve) => {
            answer = () => resolve(text("late"));
          })
        : text("ok"),
    );
    const session = openSession(tls, port);
    const stream = session.request({ ":path": "/slow" });
    stream.on("error", () => {});
    await requestOver(session, {});
    stream.close(8);
    await once(stream, "close");
    answer();
    expect((await requestOver(session, {})).body.toString()).toBe("ok");
    session.close();
  });
});

function* generate(texts: readonly string[]): Generator<Uint8Array> {
  for (const item of texts) yield Buffer.from(item);
}

function* failing(): Generator<Uint8Array> {
  for (let count = 0; count < 5; count++) yield Buffer.alloc(100_000, "f");
  throw new Error("no more");
}

function* endless(abandoned: () => void): Generator<Uint8Array> {
  try {
    for (;;) yield Buffer.alloc(100_000, "e");
  } finally {
    abandoned();
  }
}

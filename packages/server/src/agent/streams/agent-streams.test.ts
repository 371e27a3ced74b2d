import { randomBytes } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { realClock } from "../../runtime/clock.ts";
import { startTestAgent, type TestAgent } from "./agent-server.fixture.ts";
import { readAll } from "./byte-pipe.fixture.ts";
import { createTestCertificates, type TestCertificates } from "./certificates.fixture.ts";
import type { PlayedProcess } from "./fake-runtime.fixture.ts";
import { openCommandUrl, openForwardUrl } from "./stream-client.ts";

let certificates: TestCertificates;
let agent: TestAgent;

beforeAll(async () => {
  certificates = createTestCertificates();
  agent = await startTestAgent(certificates);
  agent.pods.run("app");
  agent.pods.run("side");
});
afterAll(() => agent[Symbol.asyncDispose]());

const spdyOptions = () => ({
  clock: realClock,
  request: { ca: certificates.ca, ...certificates.apiServer },
});

function execUrl(command: readonly string[], more = "&output=1&error=1"): string {
  const words = command.map((word) => `command=${encodeURIComponent(word)}`).join("&");
  return `${agent.url}/exec/default/web/app?${words}${more}`;
}

async function lastPlayed(count: number): Promise<PlayedProcess> {
  for (;;) {
    const last = agent.runtime.played.at(-1);
    if (agent.runtime.played.length >= count && last !== undefined) return last;
    await sleep(2);
  }
}

/** Waits for what happens at the other end of a connection. */
async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(2);
}

describe("exec over SPDY", () => {
  const open = (command: readonly string[], stdin = false) =>
    openCommandUrl(
      {
        kind: "exec",
        url: execUrl(command, `&output=1&error=1${stdin ? "&input=1" : ""}`),
        stdin,
        tty: false,
      },
      spdyOptions(),
    );

  test.each([[0], [1], [137]])("tells exit code %i", async (code) => {
    const process = await open(["sh", "-c", `echo out; echo err >&2; exit ${code}`]);
    const [out, err] = await Promise.all([readAll(process.stdout), readAll(process.stderr)]);
    expect([out.toString(), err.toString()]).toEqual(["out\n", "err\n"]);
    expect(await process.ended).toEqual({ exitCode: code });
  });

  test("a command that cannot be started says why", async () => {
    const process = await open(["no-such-program"]);
    await expect(process.ended).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH',
    );
  });

  test("megabytes go both ways unharmed, and the end of input is told", async () => {
    const process = await open(["cat"], true);
    const bytes = randomBytes(5 * 1024 * 1024);
    const back = readAll(process.stdout);
    for (let offset = 0; offset < bytes.length; offset += 100_000) {
      await process.stdin.write(bytes.subarray(offset, offset + 100_000));
    }
    process.stdin.end();
    expect((await back).equals(bytes)).toBe(true);
    expect(await process.ended).toEqual({ exitCode: 0 });
  });

  test("a reader that is slow gets all of it", async () => {
    const process = await open(["head", "-c", "4000000", "/dev/zero"]);
    await sleep(100);
    let length = 0;
    for await (const chunk of process.stdout) {
      length += chunk.length;
      if (length < 1_000_000) await sleep(1);
    }
    expect(length).toBe(4_000_000);
    expect(await process.ended).toEqual({ exitCode: 0 });
  });

  test("a client that goes away takes its command with it", async () => {
    const before = agent.runtime.played.length;
    const process = await open(["played"], true);
    const played = await lastPlayed(before + 1);
    process.kill();
    await until(() => played.killed);
    await expect(process.ended).rejects.toThrow();
  });

  test.each([
    ["a pod that is not here", "/exec/default/other/app?command=x&output=1", "pod does not exist"],
    [
      "another pod of that name",
      "/exec/default/web/uid-2/app?command=x&output=1",
      "container not found",
    ],
    ["no stream at all", "/exec/default/web/app?command=x", "you must specify at least 1 of"],
  ])("%s is refused before the upgrade", async (_name, path, text) => {
    const url = `${agent.url}${path}`;
    const opened = openCommandUrl({ kind: "exec", url, stdin: false, tty: false }, spdyOptions());
    await expect(opened).rejects.toThrow(text);
  });
});

describe("attach over SPDY", () => {
  test("joins the container's process, whose terminal is its own matter", async () => {
    const before = agent.runtime.played.length;
    const url = `${agent.url}/attach/default/web/side?input=1&output=1&tty=1`;
    const process = await openCommandUrl(
      { kind: "attach", url, stdin: true, tty: true },
      spdyOptions(),
    );
    const played = await lastPlayed(before + 1);
    expect(played.request).toEqual({ command: [], stdin: true, tty: true });
    process.resize(80, 24);
    process.resize(132, 50);
    await until(() => played.sizes.length === 2);
    expect(played.sizes).toEqual([
      [80, 24],
      [132, 50],
    ]);
    await process.stdin.write(Buffer.from("ls\n"));
    for await (const bytes of played.stdin) {
      expect(Buffer.from(bytes).toString()).toBe("ls\n");
      break;
    }
    void played.stdout.push(Buffer.from("files"));
    played.exit(3);
    expect((await readAll(process.stdout)).toString()).toBe("files");
    // Its exit code is in the pod's status.
    expect(await process.ended).toEqual({ exitCode: 0 });
  });
});

/** A WebSocket and all that it was told, by channel. */
interface Dialogue {
  readonly socket: WebSocket;
  readonly messages: (readonly [channel: number, text: string])[];
  readonly closed: Promise<number>;
  channel(number: number): string;
}

function dial(url: string, protocols: string | string[]): Promise<Dialogue> {
  const socket = new WebSocket(url.replace("https", "wss"), protocols, {
    ca: certificates.ca,
    ...certificates.apiServer,
  });
  const messages: (readonly [number, string])[] = [];
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const channel = isBinary ? (data[0] ?? 0) : Number(data.toString("latin1", 0, 1));
    const rest = data.subarray(1);
    messages.push([
      channel,
      isBinary ? rest.toString("latin1") : Buffer.from(rest.toString(), "base64").toString(),
    ]);
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  const channel = (number: number): string =>
    messages
      .filter(([each]) => each === number)
      .map(([, text]) => text)
      .join("");
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve({ socket, messages, closed, channel }));
    socket.on("unexpected-response", (_request, response) => {
      reject(new Error(`answered ${response.statusCode}`));
    });
    socket.on("error", reject);
  });
}

describe("exec over WebSocket", () => {
  test("version 5: a first empty message, both outputs, the end of input, the status", async () => {
    const url = execUrl(["sh", "-c", "cat; echo err >&2; exit 7"], "&input=1&output=1&error=1");
    const { socket, messages, channel, closed } = await dial(url, "v5.channel.k8s.io");
    expect(socket.protocol).toBe("v5.channel.k8s.io");
    await until(() => messages.length === 1);
    expect(messages[0]).toEqual([1, ""]);
    socket.send(Buffer.from("\0hello"));
    socket.send(Buffer.from("\0 there"));
    socket.send(Buffer.of(255, 0));
    expect(await closed).toBe(1000);
    expect([channel(1), channel(2)]).toEqual(["hello there", "err\n"]);
    expect(JSON.parse(channel(3))).toEqual({
      metadata: {},
      status: "Failure",
      message:
        "command terminated with non-zero exit code: error executing command [sh -c cat; echo err >&2; exit 7], exit code 7",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "7" }] },
    });
  });

  test("a command that succeeds, and one that cannot start", async () => {
    const good = await dial(execUrl(["true"]), "v4.channel.k8s.io");
    await good.closed;
    expect(good.channel(3)).toBe('{"metadata":{},"status":"Success"}');
    const bad = await dial(execUrl(["no-such-program"]), "v4.channel.k8s.io");
    await bad.closed;
    expect(JSON.parse(bad.channel(3))).toMatchObject({
      status: "Failure",
      reason: "InternalError",
      code: 500,
      message:
        'Internal error occurred: error executing command in container: exec: "no-such-program": executable file not found in $PATH',
    });
  });

  test.each(["base64.channel.k8s.io", "v4.base64.channel.k8s.io"])(
    "%s is text",
    async (protocol) => {
      const url = execUrl(["head", "-n1"], "&input=1&output=1");
      const { socket, channel, closed } = await dial(url, protocol);
      socket.send("0no base64!");
      socket.send(`0${Buffer.from("über\n").toString("base64")}`);
      await closed;
      expect(channel(1)).toBe("über\n");
      expect(channel(3)).toBe(
        protocol.startsWith("v4") ? '{"metadata":{},"status":"Success"}' : "",
      );
    },
  );

  test.each(["channel.k8s.io", ""])(
    "the first version (%j) tells of failures as text",
    async (protocol) => {
      const dialogue = await dial(execUrl(["false"]), protocol === "" ? [] : protocol);
      await dialogue.closed;
      expect(dialogue.channel(3)).toBe(
        "command terminated with non-zero exit code: error executing command [false], exit code 1",
      );
    },
  );

  test("of what is offered, an end of input is preferred, then the client's order counts", async () => {
    const all = await dial(execUrl(["true"]), ["v4.channel.k8s.io", "v5.channel.k8s.io"]);
    expect(all.socket.protocol).toBe("v5.channel.k8s.io");
    const old = await dial(execUrl(["true"]), ["v9.channel.k8s.io", "channel.k8s.io"]);
    expect(old.socket.protocol).toBe("channel.k8s.io");
    await Promise.all([all.closed, old.closed]);
  });

  test("without a protocol in common there is no upgrade", async () => {
    await expect(dial(execUrl(["true"]), "v9.channel.k8s.io")).rejects.toThrow("answered 403");
  });

  test.each([
    ["no key", { "sec-websocket-version": "13" }],
    [
      "another version",
      { "sec-websocket-version": "7", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" },
    ],
  ])("a handshake with %s is none", async (_name, headers) => {
    const all = { connection: "Upgrade", upgrade: "websocket", ...headers };
    const answer = await upgrade(execUrl(["true"]), all);
    expect(answer.statusCode).toBe(400);
    answer.socket.destroy();
  });

  test("a terminal's size reaches the process", async () => {
    const before = agent.runtime.played.length;
    const { socket, closed } = await dial(
      execUrl(["played"], "&input=1&output=1&tty=1"),
      "v5.channel.k8s.io",
    );
    const played = await lastPlayed(before + 1);
    expect(played.request).toEqual({ command: ["played"], stdin: true, tty: true });
    socket.send(Buffer.from('\x04{"Width":80,"Height":24}{"Width":81,'));
    socket.send(Buffer.from('\x04"Height":25}'));
    await until(() => played.sizes.length === 2);
    expect(played.sizes).toEqual([
      [80, 24],
      [81, 25],
    ]);
    played.exit(0);
    await closed;
  });

  test("a client that breaks off takes its command with it", async () => {
    const before = agent.runtime.played.length;
    const { socket } = await dial(execUrl(["played"], "&input=1&output=1"), "v5.channel.k8s.io");
    const played = await lastPlayed(before + 1);
    socket.terminate();
    await until(() => played.killed);
  });

  test.each([
    ["a close of no channel", Buffer.of(255, 9)],
    ["a close without a channel", Buffer.of(255)],
  ])("%s ends the connection", async (_name, message) => {
    const { socket, closed } = await dial(
      execUrl(["played"], "&input=1&output=1"),
      "v5.channel.k8s.io",
    );
    socket.send(message);
    expect(await closed).toBe(1006);
  });

  test("channels that are none and empty messages harm nobody", async () => {
    const url = execUrl(["cat"], "&input=1&output=1");
    const { socket, channel, closed } = await dial(url, "v5.channel.k8s.io");
    socket.send(Buffer.of());
    socket.send(Buffer.from("\x07junk"));
    socket.send(Buffer.from("\x01output from the wrong side"));
    socket.send(Buffer.from("\0fine"));
    socket.send(Buffer.of(255, 0));
    await closed;
    expect(channel(1)).toBe("fine");
  });
});

describe("port-forward", () => {
  let echo: Server;
  let port: number;
  beforeAll(async () => {
    // Answers when it has heard all.
    echo = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("end", () => socket.end(Buffer.concat(chunks).toString().toUpperCase()));
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    port = (echo.address() as { port: number }).port;
  });
  afterAll(() => {
    echo.close();
  });
  const url = () => `${agent.url}/portForward/default/web`;

  test("over SPDY, with halves that end apart", async () => {
    await using stream = await openForwardUrl(url(), port, spdyOptions());
    await stream.write(Buffer.from("hello"));
    stream.end();
    expect((await readAll(stream.readable)).toString()).toBe("HELLO");
  });

  test("to a port where nobody listens says so", async () => {
    await using stream = await openForwardUrl(url(), 1, spdyOptions());
    await expect(readAll(stream.readable)).rejects.toThrow(
      /^failed to connect to localhost:1: connection refused$/,
    );
  });

  test("over channels of a WebSocket", async () => {
    const dialogue = await dial(`${url()}?port=${port},1`, ["v4.channel.k8s.io"]);
    const { socket, messages, channel, closed } = dialogue;
    await until(() => messages.length >= 4);
    const name = (of: number) => Buffer.of(of & 255, of >> 8).toString("latin1");
    expect([channel(0), channel(1), channel(2)]).toEqual([name(port), name(port), name(1)]);
    await until(() => channel(3).length > 2);
    expect(channel(3)).toContain("error forwarding port 1 to pod sandbox-1");
    socket.close();
    await closed;
  });

  test.each([
    ["", 400],
    ["?port=0", 400],
    ["?port=x", 400],
    ["?port=70000", 400],
  ])("channels want ports: %j", async (query, status) => {
    await expect(dial(`${url()}${query}`, "v4.channel.k8s.io")).rejects.toThrow(
      `answered ${status}`,
    );
  });

  test.each([
    ["SPDY/3.1+portforward.k8s.io", 101],
    ["SPDY/3.1+other.k8s.io, SPDY/3.1+portforward.k8s.io", 101],
    ["SPDY/3.1+other.k8s.io", 403],
  ])("a tunnel through a WebSocket: %s", async (offered, status) => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-protocol": offered,
    };
    const answer = await upgrade(url(), headers);
    expect(answer.statusCode).toBe(status);
    const agreed = status === 101 ? "SPDY/3.1+portforward.k8s.io" : undefined;
    expect(answer.headers["sec-websocket-protocol"]).toBe(agreed);
    answer.socket.destroy();
  });
});

/** The head of the answer to an upgrade, whichever it is. */
function upgrade(url: string, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const tls = { ca: certificates.ca, ...certificates.apiServer };
    httpsRequest(url, { headers, agent: false, ...tls })
      .on("upgrade", resolve)
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

test("an agent that stops ends its streams, and what they run", async () => {
  const other = await startTestAgent(certificates);
  other.pods.run("app");
  const { socket } = await dial(
    `${other.url}/exec/default/web/app?command=played&output=1`,
    "v5.channel.k8s.io",
  );
  await until(() => other.runtime.played.length === 1);
  const gone = new Promise((resolve) => socket.on("close", resolve));
  await other[Symbol.asyncDispose]();
  expect(other.runtime.played[0]?.killed).toBe(true);
  await gone;
});

test.each(["exec", "portForward"])(
  "%s: what is wrong with the first bytes harms nobody else",
  async (kind) => {
    const path =
      kind === "exec"
        ? new URL(execUrl(["played"]))
        : new URL(`${agent.url}/portForward/default/web?port=1`);
    const socket = connectTls({
      host: "127.0.0.1",
      port: agent.port,
      ca: certificates.ca,
      ...certificates.apiServer,
    });
    await new Promise((resolve) => socket.once("secureConnect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    const head = [
      `GET ${path.pathname}${path.search} HTTP/1.1`,
      "Host: agent",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: v4.channel.k8s.io",
    ];
    // In one piece: they are there before anybody listens to the WebSocket.
    socket.write(
      Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), Buffer.alloc(64, 0xff)]),
    );
    await closed;
    expect((await agent.send("GET", "/healthz")).status).toBe(200);
  },
);

import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemRandom } from "../src/runtime/random.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import {
  createCertificateAuthority,
  generateKey,
  issueServingCertificate,
} from "../src/tls/certificate-authority.ts";
import { EXTERNAL_ADDRESS } from "./external-address.fixture.ts";
import { HttpsClient, textOf } from "./https-client.fixture.ts";

/** What a request of the server looked like to the agent or the pod. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly client: string;
}

const MERGE = { "content-type": "application/merge-patch+json" };
const address = EXTERNAL_ADDRESS ?? "127.0.0.1";
const seen: Seen[] = [];
let answer: RequestListener;
let server: TestServer;
let client: HttpsClient;
let agent: Server;
let pod: Server;

const listener = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
  const chunks: Buffer[] = [];
  const { method = "", url = "", headers } = request;
  if (url.includes("unread")) return answer(request, response);
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const certificate = (request.socket as TLSSocket).getPeerCertificate?.();
  seen.push({
    method,
    url,
    headers,
    body: Buffer.concat(chunks).toString(),
    client: String(certificate?.subject?.CN ?? ""),
  });
  answer(request, response);
};

function createAgent(): Server {
  const context = { now: Date.now(), random: systemRandom };
  const authority = createCertificateAuthority(context, generateKey(), "agent-ca");
  const names = { dnsNames: ["agent"], ipAddresses: [] };
  const { key, cert } = issueServingCertificate(context, authority, generateKey(), names);
  const tls = { key, cert, requestCert: true, rejectUnauthorized: false };
  return createHttpsServer(tls, (...exchange) => void listener(...exchange));
}

async function listen(each: Server): Promise<number> {
  each.listen(0, "0.0.0.0");
  await once(each, "listening");
  return (each.address() as AddressInfo).port;
}

async function makeNode(name: string, host: string, port: number): Promise<void> {
  await client.send("POST", "/api/v1/nodes", { metadata: { name } });
  const status = {
    addresses: [{ type: "InternalIP", address: host }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const patched = await client.send("PATCH", `/api/v1/nodes/${name}/status`, { status }, MERGE);
  expect(patched.status, patched.text).toBe(200);
}

const PODS = "/api/v1/namespaces/default/pods";

async function makePod(name: string, nodeName: string, podIP: string, port = 1): Promise<void> {
  const containers = [{ name: "c", image: "i", ports: [{ containerPort: port }] }];
  const spec = { nodeName, containers, automountServiceAccountToken: false };
  const made = await client.send("POST", PODS, { metadata: { name }, spec });
  expect(made.status, made.text).toBe(201);
  const status = { phase: "Running", podIP, podIPs: [{ ip: podIP }] };
  await client.send("PATCH", `${PODS}/${name}/status`, { status }, MERGE);
}

beforeAll(async () => {
  server = await startTestServer();
  client = new HttpsClient(server);
  agent = createAgent();
  pod = createHttpServer((...exchange) => void listener(...exchange));
  const agentPort = await listen(agent);
  await makeNode("n", address, agentPort);
  await makeNode("gone", address, 1);
  await makePod("p", "n", address, await listen(pod));
  await makePod("lost", "gone", address);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const each of [agent, pod]) {
    each.closeAllConnections();
    each.close();
  }
});
beforeEach(() => {
  seen.length = 0;
  answer = (_request, response) => response.end("ok");
});

describe("a log", () => {
  test("is asked for in the server's name, and passed back as plain text", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/x-log", "x-of": "agent" });
      response.end("line\n");
    };
    const log = await client.send("GET", `${PODS}/p/log?tailLines=3&timestamps=true`);
    expect([log.status, log.headers["content-type"], log.text]).toEqual([
      200,
      "text/plain",
      "line\n",
    ]);
    expect(log.headers).not.toHaveProperty("x-of");
    expect(seen).toMatchObject([
      {
        method: "GET",
        url: "/containerLogs/default/p/c?timestamps=true&tailLines=3",
        client: "kube-apiserver-kubelet-client",
      },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty("x-forwarded-for");
  });

  test("comes as it is written, and its end is told to the agent", async () => {
    const lines = ["one\n", "two\n"];
    const closed = Promise.withResolvers<void>();
    let next = (): void => {};
    answer = (_request, response) => {
      next = () => response.write(lines.shift() ?? "");
      next();
      response.once("close", closed.resolve);
    };
    const stop = new AbortController();
    const log = await client.open("GET", `${PODS}/p/log?follow=true`, { signal: stop.signal });
    log.on("error", () => {});
    const read: string[] = [];
    for (let count = 0; count < 2; count++) {
      const [chunk] = (await once(log, "data")) as [Buffer];
      read.push(chunk.toString());
      next();
    }
    expect(read).toEqual(["one\n", "two\n"]);
    stop.abort();
    await closed.promise;
  });

  test.each<[number, string, Record<string, unknown>]>([
    [400, "container is waiting", { reason: "BadRequest", message: "container is waiting" }],
    [500, "broken", { reason: "InternalError", message: "Internal error occurred: broken" }],
    [
      404,
      "no pod",
      {
        reason: "NotFound",
        message: "the server could not find the requested resource ( pods/log p)",
        details: { name: "p", kind: "pods/log" },
      },
    ],
    [403, "Forbidden (user=x)", { message: "Forbidden (user=x) ( pods/log p)" }],
    [503, "", { message: "the server is currently unable to handle the request ( pods/log p)" }],
  ])("that the agent refuses with %d is refused in its words", async (status, text, expected) => {
    answer = (_request, response) => {
      response.writeHead(status);
      response.end(text);
    };
    const log = await client.send("GET", `${PODS}/p/log`);
    expect([log.status, JSON.parse(log.text)]).toMatchObject([status, expected]);
  });

  test("of a node that does not answer is an error that names the place", async () => {
    const log = await client.send("GET", `${PODS}/lost/log`);
    expect([log.status, JSON.parse(log.text).message]).toEqual([
      500,
      `Get "https://${address}:1/containerLogs/default/lost/c": dial tcp ${address}:1: connect: connection refused`,
    ]);
  });
});

describe.skipIf(EXTERNAL_ADDRESS === undefined)("a request that is passed on", () => {
  test("to a node shows who the server is, and not who the caller is", async () => {
    const passed = await client.send("GET", "/api/v1/nodes/n/proxy/pods/a%20b?x=%2F", undefined, {
      authorization: "Bearer none-of-your-business",
      "x-own": "1",
    });
    expect([passed.status, passed.text]).toEqual([200, "ok"]);
    expect(seen).toMatchObject([
      {
        method: "GET",
        url: "/pods/a%20b?x=%2F",
        client: "kube-apiserver-kubelet-client",
        headers: {
          "x-own": "1",
          "x-forwarded-for": "127.0.0.1",
          "x-forwarded-uri": "/api/v1/nodes/n/proxy/pods/a%20b",
        },
      },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty("authorization");
  });

  test("to a pod shows neither", async () => {
    await client.send("PUT", `${PODS}/p/proxy/x`, { a: 1 }, { "impersonate-user": "admin" });
    await client.send("POST", `${PODS}/p/proxy/x`, { a: 1 });
    expect(seen.map(({ method, body, client: shown }) => [method, body, shown])).toEqual([
      ["POST", '{"a":1}', ""],
    ]);
  });

  test("keeps its body as a stream", async () => {
    answer = (request, response) => {
      response.writeHead(201, { "x-first": "yes" });
      request.pipe(response);
    };
    let out: NodeJS.WritableStream | undefined;
    const echoed = await client.open("POST", `${PODS}/p/proxy/unread`, {
      send: (write) => {
        out = write;
        write.write("first");
      },
    });
    expect([echoed.statusCode, echoed.headers["x-first"]]).toEqual([201, "yes"]);
    const [chunk] = (await once(echoed, "data")) as [Buffer];
    expect(chunk.toString()).toBe("first");
    out?.end(" last");
    expect(await textOf(echoed)).toBe(" last");
  });

  test("without a path is sent to the directory, but for what has a body", async () => {
    const found = await client.send("GET", `${PODS}/p/proxy?a=1`);
    expect([found.status, found.headers.location]).toEqual([301, `${PODS}/p/proxy/?a=1`]);
    expect((await client.send("POST", `${PODS}/p/proxy`, {})).status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(["/"]);
  });

  test.each<[string, number, Record<string, string>, string]>([
    ["a missing page", 404, { "x-a": "b" }, "no"],
    ["a HEAD", 200, { "content-length": "7" }, ""],
    ["an empty answer", 204, {}, ""],
  ])("gets back %s", async (what, status, headers, text) => {
    answer = (_request, response) => {
      response.writeHead(status, headers);
      response.end(text);
    };
    const method = what === "a HEAD" ? "HEAD" : "GET";
    const passed = await client.send(method, `${PODS}/p/proxy/x`);
    expect([passed.status, passed.text]).toEqual([status, text]);
    expect(passed.headers).toMatchObject(headers);
  });

  test("finds links and redirects where it is", async () => {
    const page = '<a href="/x">';
    const below = `<a href="${PODS}/p/proxy/x">`;
    answer = ({ url }, response) => {
      if (url === "/moved") response.writeHead(302, { location: "/x/" });
      else if (url === "/zipped") {
        response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" });
      } else response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(url === "/zipped" ? gzipSync(page) : page);
    };
    const moved = await client.send("GET", `${PODS}/p/proxy/moved`);
    expect([moved.status, moved.headers.location]).toEqual([302, `${PODS}/p/proxy/x/`]);
    expect((await client.send("GET", `${PODS}/p/proxy/`)).text).toBe(below);
    const zipped = await client.open("GET", `${PODS}/p/proxy/zipped`);
    const chunks: Buffer[] = [];
    for await (const chunk of zipped) chunks.push(chunk as Buffer);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(below);
  });

  test("to nobody is answered with 503", async () => {
    const passed = await client.send("GET", `${PODS}/p:1/proxy/`);
    expect([passed.status, JSON.parse(passed.text)]).toMatchObject([
      503,
      {
        reason: "ServiceUnavailable",
        message: `error trying to reach service: dial tcp ${address}:1: connect: connection refused`,
      },
    ]);
  });

  test("is not waited for when another protocol is answered", async () => {
    answer = (_request, response) => {
      const head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
      response.socket?.write(head);
    };
    const passed = await client.send("GET", `${PODS}/p/proxy/x`);
    expect([passed.status, JSON.parse(passed.text).message]).toEqual([
      503,
      'error trying to reach service: backend tried to switch protocol "x" when "" was requested',
    ]);
  });

  test("to a name that stands for this machine is refused", async () => {
    await makeNode("self", "localhost", 1);
    const passed = await client.send("GET", "/api/v1/nodes/self/proxy/");
    expect([passed.status, JSON.parse(passed.text).message]).toEqual([400, "address not allowed"]);
  });

  test("goes again when the connection that was kept is closed", async () => {
    expect((await client.send("GET", `${PODS}/p/proxy/x`)).status).toBe(200);
    pod.closeAllConnections();
    expect((await client.send("GET", `${PODS}/p/proxy/x`)).status).toBe(200);
  });

  test("that breaks off half way breaks off here", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setImmediate(() => response.destroy());
    };
    const broken = await client.open("GET", `${PODS}/p/proxy/x`);
    await expect(textOf(broken)).rejects.toThrow("aborted");
  });
});

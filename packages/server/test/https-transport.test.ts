import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../src/client/client.ts";
import { createHttpsTransport, type HttpsTransport } from "../src/client/node/https-transport.ts";
import {
  type ClusterAccess,
  KubeconfigError,
  readKubeconfig,
} from "../src/client/node/kubeconfig.ts";
import { CONFIG_MAPS, NAMESPACES } from "../src/client/resource-type.ts";
import { realClock } from "../src/runtime/clock.ts";
import { FakeClock } from "../src/testing/fake-clock.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

let directory: string;
let server: TestServer;
let access: ClusterAccess;
let transport: HttpsTransport;
let client: Client;

function connect(more: Partial<ClusterAccess> = {}): HttpsTransport {
  const { credential, ...rest } = { ...access, ...more };
  return createHttpsTransport({ ...rest, credential: () => credential, clock: realClock });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-transport-"));
  server = await startTestServer();
  access = await readKubeconfig(server.server.kubeconfigPath);
  transport = connect();
  client = new Client(transport.send, { userAgent: "test" });
});
afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

describe("requests over HTTPS", () => {
  test("read and write", async () => {
    const maps = client.resource(CONFIG_MAPS);
    const metadata = { namespace: "default", name: "over-https" };
    await maps.create({ metadata, data: { a: "ä" } });
    expect((await maps.get(metadata)).data).toEqual({ a: "ä" });
    await maps.delete(metadata);
    await expect(maps.get(metadata)).rejects.toThrow('configmaps "over-https" not found');
  });

  test("watch until they are told to stop", async () => {
    const maps = client.resource(CONFIG_MAPS);
    const stop = new AbortController();
    const { metadata } = await maps.list({ namespace: "default" });
    const { resourceVersion = "" } = metadata;
    const seen: string[] = [];
    const watching = (async () => {
      const options = { namespace: "default", resourceVersion, signal: stop.signal };
      for await (const { type, object } of maps.watch(options)) {
        if (object.metadata.name === "watched") seen.push(type);
        if (type === "DELETED") stop.abort(new Error("enough"));
      }
    })();
    const ended = expect(watching).rejects.toThrow("enough");
    await maps.create({ metadata: { namespace: "default", name: "watched" } });
    await maps.delete({ namespace: "default", name: "watched" });
    await ended;
    expect(seen).toEqual(["ADDED", "DELETED"]);
  });

  test("are more than a connection takes", async () => {
    const stop = new AbortController();
    const maps = client.resource(CONFIG_MAPS);
    const { metadata } = await maps.list();
    const { resourceVersion = "" } = metadata;
    const watches = Array.from({ length: 300 }, async () => {
      for await (const { object } of maps.watch({ resourceVersion, signal: stop.signal })) {
        if (object.metadata.name === "for-all") return object.metadata.name;
      }
      return undefined;
    });
    await maps.create({ metadata: { namespace: "default", name: "for-all" } });
    expect(new Set(await Promise.all(watches))).toEqual(new Set(["for-all"]));
    stop.abort();
  });

  test("go over a new connection with a new credential", async () => {
    let credential = access.credential;
    const own = createHttpsTransport({ ...access, credential: () => credential, clock: realClock });
    const reader = new Client(own.send, { userAgent: "test" }).resource(NAMESPACES);
    expect((await reader.list()).items.length).toBeGreaterThan(0);
    credential = {};
    expect((await reader.list()).items.length).toBeGreaterThan(0);
    own.renew();
    await expect(reader.list()).rejects.toThrow('User "system:anonymous" cannot list');
    credential = { token: "wrong" };
    await expect(reader.list()).rejects.toThrow("Unauthorized");
    await own[Symbol.asyncDispose]();
  });

  test.each<[string, () => Partial<ClusterAccess>, string | RegExp]>([
    ["nobody there", () => ({ server: "https://127.0.0.1:1" }), "ECONNREFUSED"],
    ["another authority", () => ({ ca: readCert("client-ca") }), /certificate|self-signed/],
    ["another name", () => ({ tlsServerName: "elsewhere" }), "does not match"],
  ])("fail with %s", async (_what, more, message) => {
    const own = connect(more());
    await expect(
      new Client(own.send, { userAgent: "test" }).resource(NAMESPACES).list(),
    ).rejects.toThrow(message);
    await own[Symbol.asyncDispose]();
  });

  test("take any certificate when they are told to", async () => {
    const own = connect({ ca: readCert("client-ca"), insecureSkipTlsVerify: true });
    await new Client(own.send, { userAgent: "test" }).resource(NAMESPACES).list();
    await own[Symbol.asyncDispose]();
  });

  test("end when the server says nothing", async () => {
    const silent: Server = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const clock = new FakeClock();
    const own = createHttpsTransport({
      ...access,
      server: `https://127.0.0.1:${port}`,
      credential: () => ({}),
      clock,
    });
    const asked = own.send({ method: "GET", url: "/version", headers: {} });
    asked.catch(() => {});
    await clock.advance(30_000);
    await expect(asked).rejects.toThrow("i/o timeout");
    await own[Symbol.asyncDispose]();
    expect(clock.pending()).toBe(0);
    silent.close();
  });

  function readCert(name: string): string {
    return readFileSync(join(server.dataDir, "pki", `${name}.crt`), "utf8");
  }
});

describe("a kubeconfig", () => {
  const write = (text: string): string => {
    const path = join(directory, "kubeconfig");
    writeFileSync(path, text);
    return path;
  };
  const yaml = (cluster: string, user: string, context = "c"): string => `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: ${context}
`;

  test("names files beside it", async () => {
    writeFileSync(join(directory, "ca.crt"), "CA");
    writeFileSync(join(directory, "token"), "secret\n");
    const path = write(
      yaml("server: 'https://h:1/', certificate-authority: ca.crt", "tokenFile: token"),
    );
    expect(await readKubeconfig(path)).toEqual({
      server: "https://h:1",
      ca: "CA",
      insecureSkipTlsVerify: false,
      credential: { token: "secret" },
    });
  });

  test.each([
    ["has no such context", yaml("server: 'https://h:1'", "", "d"), 'there is no context "d"'],
    ["has no server", yaml("", ""), "the cluster has no server"],
    ["names a missing file", yaml("server: 'https://h:1'", "client-key: gone"), "no such file"],
    [
      "needs a plugin",
      yaml("server: 'https://h:1'", "exec: {}"),
      "credential plugins are not supported",
    ],
    ["is no YAML", "a: [", "kubeconfig "],
    ["is empty", "", "is no object"],
  ])("that %s is refused", async (_what, text, message) => {
    const read = readKubeconfig(write(text));
    await expect(read).rejects.toThrow(KubeconfigError);
    await expect(read).rejects.toThrow(message);
  });
});

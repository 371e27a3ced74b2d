import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { createInProcessTransport, type InProcessRequest } from "../client/in-process.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { announceApi } from "./api-endpoints.ts";
import { SERVER_USER } from "./bootstrap.ts";

const SLICE = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";
const ENDPOINTS = "/api/v1/namespaces/default/endpoints/kubernetes";

let server: TestServer;
let send: (request: InProcessRequest) => Promise<ApiResponse>;
beforeAll(async () => {
  server = await startTestServer();
  send = createInProcessTransport(server.server.handler, SERVER_USER);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const url of [SLICE, ENDPOINTS]) await server.send("DELETE", url);
});

async function announced(): Promise<readonly unknown[]> {
  const get = async (url: string) => (await server.send("GET", url)).json<KubeObject>();
  const { endpoints = [], ports = [] } = await get(SLICE);
  const { subsets = [] } = await get(ENDPOINTS);
  const ofSlice = (endpoints as { addresses: string[] }[]).flatMap(({ addresses }) =>
    addresses.map((address) => `${address}:${(ports as { port: number }[])[0]?.port}`),
  );
  const all = subsets as { addresses: { ip: string }[]; ports: { port: number }[] }[];
  const ofEndpoints = all.flatMap(({ addresses, ports }) =>
    addresses.map(({ ip }) => `${ip}:${ports[0]?.port}`),
  );
  expect(ofEndpoints).toEqual(ofSlice);
  return ofSlice;
}

const alone = (address: string, port = 6443) =>
  announceApi(send, { address, port, isShared: false });
const shared = (address: string) => announceApi(send, { address, port: 6443, isShared: true });

describe("a server alone", () => {
  it("is the only one, also where it or its port was another", async () => {
    await alone("192.0.2.1");
    expect(await announced()).toEqual(["192.0.2.1:6443"]);
    await alone("192.0.2.2", 7443);
    expect(await announced()).toEqual(["192.0.2.2:7443"]);
    await alone("2001:db8::1");
    expect(await announced()).toEqual(["2001:db8::1:6443"]);
  });

  it("writes nothing where nothing changes, and leaves it there when it stops", async () => {
    const withdraw = await alone("192.0.2.1");
    const before = (await server.send("GET", SLICE)).json<KubeObject>();
    await (await alone("192.0.2.1"))();
    await withdraw();
    expect((await server.send("GET", SLICE)).json<KubeObject>()).toEqual(before);
  });

  it("leads nowhere once nobody else can call it", async () => {
    await alone("192.0.2.1");
    await alone("");
    expect((await server.send("GET", SLICE)).status).toBe(404);
    expect((await server.send("GET", ENDPOINTS)).status).toBe(404);
  });
});

describe("servers that share a storage", () => {
  it("are all there until they stop", async () => {
    const [first, second, third] = await Promise.all(
      ["192.0.2.3", "192.0.2.1", "192.0.2.2"].map(shared),
    );
    expect(await announced()).toEqual(["192.0.2.1:6443", "192.0.2.2:6443", "192.0.2.3:6443"]);
    await first?.();
    expect(await announced()).toEqual(["192.0.2.1:6443", "192.0.2.2:6443"]);
    await Promise.all([second?.(), third?.()]);
    expect((await server.send("GET", SLICE)).status).toBe(404);
  });

  it("do not take others away when nobody can call them", async () => {
    await shared("192.0.2.1");
    await (await shared(""))();
    expect(await announced()).toEqual(["192.0.2.1:6443"]);
  });
});

it("what cannot be written is said", async () => {
  await expect(alone("127.0.0.1")).rejects.toThrow(/cannot set up .*endpointslices: 422 /);
});

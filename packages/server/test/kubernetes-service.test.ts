import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test("the service of the API leads to the port that the server listens on", async () => {
  const url = "/api/v1/namespaces/default/services/kubernetes";
  const service = (await server.send("GET", url)).json<KubeObject>();
  const port = Number(new URL(server.server.url).port);
  expect(service.spec).toMatchObject({
    clusterIPs: ["10.96.0.1"],
    ports: [{ name: "https", port: 443, targetPort: port }],
  });
  // What the registry has filled in belongs to nobody.
  expect(JSON.stringify(service.metadata.managedFields)).not.toMatch(/clusterIPs|ipFamilies/);
});

const SLICE = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";
const ENDPOINTS = "/api/v1/namespaces/default/endpoints/kubernetes";

test("it leads nowhere while only this machine can call", async () => {
  expect((await server.send("GET", SLICE)).status).toBe(404);
  expect((await server.send("GET", ENDPOINTS)).status).toBe(404);
});

test.each([
  ["192.0.2.7", "IPv4"],
  ["2001:db8::7", "IPv6"],
])("it leads to the address that is advertised: %s", async (address, addressType) => {
  await using advertised = await startTestServer({ options: { "advertise-address": address } });
  const port = Number(new URL(advertised.server.url).port);
  const ports = [{ name: "https", port, protocol: "TCP" }];
  const slice = (await advertised.send("GET", SLICE)).json<KubeObject>();
  expect(slice).toMatchObject({
    metadata: { labels: { "kubernetes.io/service-name": "kubernetes" }, generation: 1 },
    addressType,
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports,
  });
  const endpoints = (await advertised.send("GET", ENDPOINTS)).json<KubeObject>();
  expect(endpoints.metadata.labels).toEqual({ "endpointslice.kubernetes.io/skip-mirror": "true" });
  expect(endpoints.subsets).toEqual([{ addresses: [{ ip: address }], ports }]);
  expect(endpoints.metadata.managedFields).toMatchObject([{ manager: "kube-apiserver" }]);
});

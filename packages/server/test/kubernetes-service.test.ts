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

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVENTS, PODS, REPLICA_SETS } from "../client/resource-type.ts";
import {
  type ControlledServer,
  startControlledServer,
} from "../controllers/controlled-server.fixture.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,replicaset-controller";

describe("controllers beside a limit of requests at once", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    const limits = { "max-mutating-requests-inflight": "2", "max-requests-inflight": "2" };
    server = await startControlledServer({ controllers: CONTROLLERS, ...limits });
    await server.namespace("n");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("are never told to try again later", async () => {
    const labels = { app: "web" };
    await server.client.resource(REPLICA_SETS).create({
      metadata: { namespace: "n", name: "web" },
      spec: {
        replicas: 100,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "main", image: "image" }] },
        },
      },
    });
    await server.until(async () => {
      const { items } = await server.client.resource(PODS).list({ namespace: "n" });
      return items.length === 100 ? true : undefined;
    });
    await server.clock.advance(1000);
    const { items } = await server.client.resource(EVENTS).list({ namespace: "n" });
    expect(items.map(({ reason }) => reason)).not.toContain("FailedCreate");
    expect(server.complaints).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { EVENTS, PODS, REPLICATION_CONTROLLERS } from "../../client/resource-type.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { type FakeKubelet, startFakeKubelet } from "../fake-kubelet.fixture.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,replicationcontroller-controller";

let server: ControlledServer;
let kubelet: FakeKubelet;
beforeAll(async () => {
  server = await startControlledServer({ controllers: CONTROLLERS });
  kubelet = startFakeKubelet(server);
  await server.namespace("n");
});
afterAll(async () => {
  await kubelet[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

it("a ReplicationController keeps its pods as a ReplicaSet does", async () => {
  const controllers = server.client.resource(REPLICATION_CONTROLLERS);
  const labels = { app: "web" };
  const made = await controllers.create({
    metadata: { namespace: "n", name: "web" },
    spec: {
      replicas: 2,
      template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } },
    },
  });
  const key = { namespace: "n", name: "web" };
  const ready = await server.until(async () => {
    const found = await controllers.get(key);
    return found.status?.availableReplicas === 2 ? found : undefined;
  }, 100);
  expect(ready.spec).toEqual(made.spec);
  expect(ready.status).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  });
  const { items } = await server.client.resource(PODS).list({ namespace: "n" });
  expect(items.map(({ metadata }) => metadata.ownerReferences?.[0])).toEqual(
    items.map(() => ({
      apiVersion: "v1",
      kind: "ReplicationController",
      name: "web",
      uid: made.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    })),
  );
  await controllers.patch(key, "merge-patch", { spec: { replicas: 0 } });
  await server.until(async () => {
    const left = await server.client.resource(PODS).list({ namespace: "n" });
    return left.items.length === 0 ? true : undefined;
  }, 100);
  const events = await server.client.resource(EVENTS).list({ namespace: "n" });
  const sources = new Set(events.items.map(({ source }) => source?.component));
  expect([...sources]).toEqual(["replication-controller"]);
  expect(server.complaints).toEqual([]);
});

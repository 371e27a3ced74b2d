import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVENTS, PERSISTENT_VOLUME_CLAIMS, PODS } from "../../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { possiblePods } from "./ephemeral-volume.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,ephemeral-volume-controller,persistentvolumeclaim-protection-controller,garbage-collector-controller";

it.each([
  ["a-b-c", ["a", "a-b"]],
  ["a--b", ["a", "a-"]],
  ["data", []],
])("the claim %s may be of the pods %j", (claim, pods) => {
  expect(possiblePods(claim)).toEqual(pods);
});

describe("ephemeral volumes", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: CONTROLLERS });
    await server.namespace("n");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = {
    accessModes: ["ReadWriteOnce" as const],
    resources: { requests: { storage: "1Gi" } },
  };
  const claims = () => server.client.resource(PERSISTENT_VOLUME_CLAIMS);

  async function makePod(name: string) {
    const volumeClaimTemplate = { metadata: { labels: { a: "b" } }, spec };
    return await server.client.resource(PODS).create({
      metadata: { namespace: "n", name },
      spec: {
        containers: [{ name: "c", image: "i" }],
        volumes: [{ name: "data", ephemeral: { volumeClaimTemplate } }],
      },
    });
  }

  it("have a claim of their pod's, which comes back and goes with it", async () => {
    const pod = await makePod("p");
    const key = { namespace: "n", name: "p-data" };
    const claim = await server.until(() => find(claims(), key));
    expect(claim).toMatchObject({
      metadata: {
        labels: { a: "b" },
        ownerReferences: [
          {
            apiVersion: "v1",
            kind: "Pod",
            name: "p",
            uid: pod.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec,
    });
    await claims().delete(key);
    await server.until(async () => {
      const uid = (await find(claims(), key))?.metadata.uid;
      return uid !== undefined && uid !== claim.metadata.uid ? true : undefined;
    });
    const pods = server.client.resource(PODS);
    await pods.delete({ namespace: "n", name: "p" }, { gracePeriodSeconds: 0 });
    await server.until(() => isGone(claims(), key), 100);
  });

  it("do not take a claim of somebody else's, and say so", async () => {
    await claims().create({ metadata: { namespace: "n", name: "q-data" }, spec });
    await makePod("q");
    const [event] = await server.until(async () => {
      const { items } = await server.client.resource(EVENTS).list({ namespace: "n" });
      const found = items.filter(({ reason }) => reason === "FailedBinding");
      return found.length > 0 ? found : undefined;
    }, 10);
    expect(event).toMatchObject({
      type: "Warning",
      source: { component: "ephemeral_volume" },
      involvedObject: { kind: "Pod", name: "q" },
      message: "ephemeral volume data: PVC n/q-data was not created for pod n/q (pod is not owner)",
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EndpointSlice, Pod, ServiceSpec } from "../../api/types.ts";
import {
  ENDPOINT_SLICES,
  EVENTS,
  keyOf,
  NODES,
  PODS,
  SERVICES,
} from "../../client/resource-type.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { tellRunning } from "../service-endpoints/running-pod.fixture.ts";
import { addressesOf, slicesWhen } from "./slices.fixture.ts";

const CONTROLLERS = [
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
  "endpointslice-controller",
  "garbage-collector-controller",
].join();

let server: ControlledServer;
let namespace = "";
let made = 0;
beforeAll(async () => {
  server = await startControlledServer({ controllers: CONTROLLERS });
  await server.client.resource(NODES).create({ metadata: { name: "node" } });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  namespace = `n${++made}`;
  await server.namespace(namespace);
});

const labels = { app: "web" };
const key = () => ({ namespace, name: "web" });
const services = () => server.client.resource(SERVICES);
const pods = () => server.client.resource(PODS);
const slices = () => server.client.resource(ENDPOINT_SLICES);

async function service(spec: ServiceSpec = {}): Promise<void> {
  await services().create({
    metadata: key(),
    spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
  });
}

async function pod(name: string, ip: string, nodeName = "node"): Promise<Pod> {
  const spec = { nodeName, containers: [{ name: "main", image: "image" }] };
  const created = await pods().create({ metadata: { namespace, name, labels }, spec });
  return await tellRunning(server, created, ip, true);
}

const until = (check: (found: readonly EndpointSlice[]) => boolean) =>
  slicesWhen(server, namespace, check);

describe("slices of a service", () => {
  it("follow its pods, and go with it", async () => {
    await service();
    const [empty] = await until((found) => found.length === 1);
    expect(empty?.metadata).toMatchObject({ generateName: "web-", generation: 1 });
    const one = await pod("a", "10.0.0.1");
    await pod("b", "10.0.0.2");
    const [filled, ...more] = await until((found) => addressesOf(found).length === 2);
    expect(more).toEqual([]);
    expect(filled?.metadata.name).toBe(empty?.metadata.name);
    await pods().delete(keyOf(one), { gracePeriodSeconds: 30 });
    const [leaving] = await until(([slice]) =>
      (slice?.endpoints ?? []).some(({ conditions }) => conditions?.terminating === true),
    );
    expect(leaving?.endpoints?.map(({ conditions }) => conditions)).toEqual([
      { ready: false, serving: true, terminating: true },
      { ready: true, serving: true, terminating: false },
    ]);
    await pods().delete(keyOf(one), { gracePeriodSeconds: 0 });
    await until((found) => addressesOf(found).length === 1);
    await services().delete(key());
    await until((found) => found.length === 0);
  });

  it("are put right when somebody else changes them, or takes them away", async () => {
    await service();
    await pod("a", "10.0.0.1");
    const [slice] = await until((found) => addressesOf(found).length === 1);
    if (slice === undefined) throw new Error("there is a slice");
    await slices().update({ ...slice, endpoints: [] });
    await until((found) => addressesOf(found).length === 0);
    const [mended] = await until((found) => addressesOf(found).length === 1);
    await slices().delete(keyOf(slice));
    await until(([found]) => found !== undefined && found.metadata.uid !== mended?.metadata.uid);
    await until((found) => addressesOf(found).join() === "10.0.0.1");
  });

  it("are none of its own where it selects nothing", async () => {
    await service({ selector: {} });
    await pod("a", "10.0.0.1");
    await server.clock.advance(2000);
    expect((await slices().list({ namespace })).items).toEqual([]);
    expect(server.complaints).toEqual([]);
  });

  it("wait for the node of a pod, and say so", async () => {
    await service();
    await pod("a", "10.0.0.1", `late-${namespace}`);
    const text = `Error updating Endpoint Slices for Service ${namespace}/web: skipping Pod a for Service ${namespace}/web: Node late-${namespace} Not Found`;
    await server.until(async () => {
      const { items } = await server.client.resource(EVENTS).list({ namespace });
      const found = items.find(({ reason }) => reason === "FailedToUpdateEndpointSlices");
      return found?.message === text && found.type === "Warning" ? true : undefined;
    }, 100);
    await server.client.resource(NODES).create({ metadata: { name: `late-${namespace}` } });
    await until((found) => addressesOf(found).length === 1);
  });
});

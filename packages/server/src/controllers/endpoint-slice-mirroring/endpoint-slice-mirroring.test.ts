import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EndpointSlice } from "../../api/types.ts";
import { ENDPOINT_SLICES, ENDPOINTS, SERVICES } from "../../client/resource-type.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { addressesOf, slicesWhen } from "../endpoint-slice/slices.fixture.ts";

let server: ControlledServer;
let namespace = "";
let made = 0;
beforeAll(async () => {
  server = await startControlledServer({
    controllers: [
      "serviceaccount-controller",
      "root-ca-certificate-publisher-controller",
      "endpointslice-controller",
      "endpointslice-mirroring-controller",
      "garbage-collector-controller",
    ].join(),
  });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  namespace = `n${++made}`;
  await server.namespace(namespace);
});

const key = () => ({ namespace, name: "web" });
const services = () => server.client.resource(SERVICES);
const endpoints = () => server.client.resource(ENDPOINTS);
const slices = () => server.client.resource(ENDPOINT_SLICES);

async function makeBoth(more: object = {}): Promise<void> {
  await services().create({ metadata: key(), spec: { ports: [{ port: 80 }] } });
  await endpoints().create({
    metadata: { ...key(), ...more },
    subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 8080 }] }],
  });
}

const until = (check: (found: readonly EndpointSlice[]) => boolean) =>
  slicesWhen(server, namespace, check);

describe("Endpoints that somebody writes", () => {
  it("are mirrored, changed and taken away with what they say", async () => {
    await makeBoth();
    const [slice] = await until((found) => found.length === 1);
    expect(slice).toMatchObject({
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    });
    await endpoints().patch(key(), "merge-patch", {
      subsets: [{ addresses: [{ ip: "10.0.0.2" }, { ip: "10.0.0.3" }], ports: [{ port: 8080 }] }],
    });
    const [changed] = await until((found) => addressesOf(found).length === 2);
    expect(changed?.metadata.uid).toBe(slice?.metadata.uid);
    await endpoints().delete(key());
    await until((found) => found.length === 0);
  });

  it("are put right when somebody else changes or deletes what mirrors them", async () => {
    await makeBoth();
    const [slice] = await until((found) => found.length === 1);
    const name = slice?.metadata.name ?? "";
    await slices().patch({ namespace, name }, "merge-patch", {
      endpoints: [{ addresses: ["10.9.9.9"] }],
    });
    await until((found) => addressesOf(found).join() === "10.0.0.1");
    await slices().delete({ namespace, name });
    const [anew] = await until((found) => addressesOf(found).join() === "10.0.0.1");
    expect(anew?.metadata.uid).not.toBe(slice?.metadata.uid);
  });

  it("are not mirrored once their service selects pods", async () => {
    await makeBoth();
    await until((found) => found.length === 1);
    await services().patch(key(), "merge-patch", { spec: { selector: { a: "b" } } });
    const left = await until((found) => addressesOf(found).length === 0);
    const managers = left.map(
      ({ metadata }) => metadata.labels?.["endpointslice.kubernetes.io/managed-by"],
    );
    expect(managers).not.toContain("endpointslicemirroring-controller.k8s.io");
  });

  it.each([
    [{ labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } }],
    [{ annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } }],
  ])("are left alone with %j", async (more) => {
    await makeBoth(more);
    await server.clock.advance(5_000);
    expect(await until(() => true)).toEqual([]);
  });

  it("are left alone without a service, until there is one", async () => {
    await endpoints().create({
      metadata: key(),
      subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 1 }] }],
    });
    await server.clock.advance(5_000);
    expect(await until(() => true)).toEqual([]);
    await services().create({ metadata: key(), spec: { ports: [{ port: 80 }] } });
    await until((found) => found.length === 1);
    await services().delete(key());
    await until((found) => found.length === 0);
  });
});

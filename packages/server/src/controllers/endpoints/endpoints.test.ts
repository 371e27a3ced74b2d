import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Endpoints, Pod, ServiceSpec } from "../../api/types.ts";
import { ENDPOINTS, PODS, SERVICES } from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { tellRunning } from "../service-endpoints/running-pod.fixture.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,endpoints-controller";

let server: ControlledServer;
let namespace = "";
let made = 0;
beforeAll(async () => {
  server = await startControlledServer({ controllers: CONTROLLERS });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  namespace = `n${++made}`;
  await server.namespace(namespace);
});

const labels = { app: "web" };
const key = () => ({ namespace, name: "web" });
const endpoints = () => server.client.resource(ENDPOINTS);
const services = () => server.client.resource(SERVICES);
const pods = () => server.client.resource(PODS);

async function service(spec: ServiceSpec = {}, more = {}): Promise<void> {
  await services().create({
    metadata: { ...key(), ...more },
    spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
  });
}

async function pod(name: string, ip: string, isReady: boolean): Promise<Pod> {
  const spec = { nodeName: "node", containers: [{ name: "main", image: "image" }] };
  const created = await pods().create({ metadata: { namespace, name, labels }, spec });
  return await tellRunning(server, created, ip, isReady);
}

async function until(check: (found: Endpoints) => boolean): Promise<Endpoints> {
  return await server.until(async () => {
    const found = await find(endpoints(), key());
    return found !== undefined && check(found) ? found : undefined;
  }, 10);
}

const ips = ({ subsets = [] }: Endpoints, list: "addresses" | "notReadyAddresses" = "addresses") =>
  subsets.flatMap((subset) => (subset[list] ?? []).map(({ ip }) => ip));

describe("Endpoints of a service", () => {
  it("hold its pods, ready or not, and who they are", async () => {
    const created = formatTime(server.clock.now());
    await service({}, { labels: { own: "label" } });
    const empty = await until(() => true);
    expect(empty.subsets ?? []).toEqual([]);
    await server.clock.advance(60_000);
    const ready = await pod("ready", "10.0.0.1", true);
    await pod("unready", "10.0.0.2", false);
    const found = await until((it) => ips(it, "notReadyAddresses").length === 1);
    expect(found.metadata).toMatchObject({
      labels: { own: "label", "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
      annotations: {
        "endpoints.kubernetes.io/last-change-trigger-time": formatTime(server.clock.now()),
      },
    });
    expect(empty.metadata.annotations).toEqual({
      "endpoints.kubernetes.io/last-change-trigger-time": created,
    });
    expect(found.subsets).toHaveLength(1);
    expect(found.subsets?.[0]).toMatchObject({
      addresses: [
        {
          ip: "10.0.0.1",
          nodeName: "node",
          targetRef: { kind: "Pod", namespace, name: "ready", uid: ready.metadata.uid },
        },
      ],
      notReadyAddresses: [{ ip: "10.0.0.2" }],
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    });
  });

  it("follow pods that change, and lose those that go", async () => {
    await service();
    const changing = await pod("a", "10.0.0.1", false);
    await until((it) => ips(it, "notReadyAddresses").length === 1);
    const ready = await tellRunning(server, changing, "10.0.0.1", true);
    await until((it) => ips(it).length === 1);
    const moved = { ...ready, metadata: { ...ready.metadata, labels: { app: "else" } } };
    const away = await pods().update(moved);
    await until((it) => ips(it).length === 0);
    await pods().update({ ...away, metadata: { ...away.metadata, labels } });
    await until((it) => ips(it).length === 1);
    await pods().delete({ namespace, name: "a" }, { gracePeriodSeconds: 30 });
    await until((it) => ips(it).length === 0);
  });

  it("of a headless service need no ports, and may hold what is not ready", async () => {
    await pod("a", "10.0.0.1", false);
    await service({ clusterIP: "None", ports: [], publishNotReadyAddresses: true });
    const found = await until((it) => ips(it).length === 1);
    expect(found.metadata.labels).toHaveProperty(["service.kubernetes.io/headless"], "");
    expect(found.subsets?.[0]?.ports).toBeUndefined();
    await services().patch(key(), "merge-patch", { spec: { publishNotReadyAddresses: false } });
    await until((it) => ips(it, "notReadyAddresses").length === 1);
  });

  it("are made anew when somebody takes them away, and go with the service", async () => {
    await service();
    const first = await until(() => true);
    await endpoints().delete(key());
    await until(({ metadata }) => metadata.uid !== first.metadata.uid);
    await services().delete(key());
    await server.until(() => isGone(endpoints(), key()), 10);
  });

  it.each<[string, ServiceSpec]>([
    ["names a host elsewhere", { type: "ExternalName", externalName: "a.example", ports: [] }],
    ["selects nothing", { selector: {} }],
  ])("are left to others where it %s", async (_case, spec) => {
    await service(spec);
    await endpoints().create({ metadata: key(), subsets: [{ addresses: [{ ip: "10.9.9.9" }] }] });
    await pod("a", "10.0.0.1", true);
    await server.clock.advance(1000);
    expect(ips(await endpoints().get(key()))).toEqual(["10.9.9.9"]);
  });

  it("are left alone where there is no service", async () => {
    await endpoints().create({ metadata: key(), subsets: [] });
    await server.clock.advance(1000);
    expect((await endpoints().get(key())).metadata.name).toBe("web");
    expect(server.complaints).toEqual([]);
  });
});

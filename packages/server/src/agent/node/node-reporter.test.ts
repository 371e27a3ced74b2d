import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lease, Node } from "../../api/types.ts";
import { Client, type ResourceClient } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { connectInProcess } from "../../client/in-process.ts";
import { EVENTS, LEASES, NODES } from "../../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  startControlledServer,
} from "../../controllers/controlled-server.fixture.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { runTogether } from "../../runtime/task-group.ts";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { FINDINGS, IDENTITY } from "./machine.fixture.ts";
import { NodeLease } from "./node-lease.ts";
import type { NodeFindings } from "./node-object.ts";
import { NodeReporter, type NodeReporterOptions } from "./node-reporter.ts";
import { followOwnNode } from "./own-node.ts";

const KEY = { namespace: "", name: "n" };
const LEASE = { namespace: "kube-node-lease", name: "n" };
const MINUTE = 60_000;

let server: ControlledServer;
let nodes: ResourceClient<Node>;
let leases: ResourceClient<Lease>;
let findings: NodeFindings;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  server = await startControlledServer();
  nodes = server.client.resource(NODES);
  leases = server.client.resource(LEASES);
  findings = FINDINGS;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await server[Symbol.asyncDispose]();
});

/** What of an agent reports its node, with the rights of the node alone. */
function startAgent(
  name = "n",
  more: Partial<Pick<NodeReporterOptions, "identity" | "find" | "clock">> = {},
): NodeReporter {
  const user = {
    username: `system:node:${name}`,
    groups: ["system:nodes", "system:authenticated"],
  };
  const transport = connectInProcess(server.server.server.handler, user);
  const client = new Client(transport, { userAgent: "kubelet/test" });
  const dependencies = { clock: server.clock, random: systemRandom, logger: silentLogger };
  const node = followOwnNode(client, name, dependencies);
  const events = new EventRecorder({ ...dependencies, client, component: "kubelet", host: name });
  const reporter = new NodeReporter({
    ...dependencies,
    client,
    node,
    identity: () => ({ ...IDENTITY, name }),
    find: () => findings,
    events,
    ...more,
  });
  const lease = new NodeLease({ ...dependencies, client, nodeName: name, node });
  const abort = new AbortController();
  const running = runTogether([node, events, reporter, lease], { signal: abort.signal });
  stops.push(async () => {
    abort.abort();
    await running;
  });
  return reporter;
}

/** The node once it is reported to be ready, or not. */
function reported(status: "True" | "False"): Promise<Node> {
  return server.until(async () => {
    const node = await find(nodes, KEY);
    const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.status === status ? node : undefined;
  }, 100);
}

function readyHeartbeat({ status }: Node): number {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return Date.parse(ready?.lastHeartbeatTime ?? "");
}

describe("an agent", () => {
  it("registers its node, and holds a lease that goes with it", async () => {
    startAgent();
    const node = await reported("True");
    expect(node.metadata.labels).toMatchObject({ "kubernetes.io/hostname": "host" });
    expect(node.status?.addresses).toEqual(FINDINGS.addresses);
    const lease = await server.until(() => find(leases, LEASE), 100);
    expect(lease.spec).toMatchObject({ holderIdentity: "n", leaseDurationSeconds: 40 });
    expect(lease.metadata.ownerReferences).toEqual([
      { apiVersion: "v1", kind: "Node", name: "n", uid: node.metadata.uid },
    ]);
  });

  it("renews the lease every ten seconds, and tells its status every five minutes", async () => {
    startAgent();
    await reported("True");
    await server.clock.advance(MINUTE);
    const lease = await leases.get(LEASE);
    const renewedAt = Date.parse(lease.spec?.renewTime ?? "");
    expect(server.clock.now() - renewedAt).toBeLessThanOrEqual(10_400);
    const heartbeats = new Set<number>();
    for (let minute = 0; minute < 30; minute++) {
      heartbeats.add(readyHeartbeat(await nodes.get(KEY)));
      await server.clock.advance(MINUTE);
    }
    expect(heartbeats.size).toBeGreaterThanOrEqual(4);
    expect(heartbeats.size).toBeLessThanOrEqual(8);
  });

  it("tells its status though its clock was set back by hours", async () => {
    const clock = new JumpingClock();
    clock.follow(server.clock);
    startAgent("n", { clock });
    await reported("True");
    clock.jump(-5 * 60 * MINUTE);
    await server.clock.advance(9 * MINUTE);
    const heartbeat = readyHeartbeat(await nodes.get(KEY));
    expect(Math.abs(clock.now() - heartbeat)).toBeLessThan(9 * MINUTE);
  });

  it("tells at once what it is poked for", async () => {
    const reporter = startAgent();
    await reported("True");
    findings = {
      ...FINDINGS,
      health: { ...FINDINGS.health, problems: ["container runtime is down"] },
    };
    reporter.poke();
    const node = await server.until(async () => {
      const found = await nodes.get(KEY);
      const ready = found.status?.conditions?.find(({ type }) => type === "Ready");
      return ready?.status === "False" ? ready : undefined;
    });
    expect(node.message).toBe("container runtime is down");
  });

  it("tells what it is poked for while it looks", async () => {
    let during = (): void => {};
    const reporter = startAgent("n", {
      find: () => {
        const seen = findings;
        during();
        return seen;
      },
    });
    await reported("True");
    during = () => {
      during = () => {};
      const problems = ["container runtime is down"];
      findings = { ...FINDINGS, health: { ...FINDINGS.health, problems } };
      reporter.poke();
    };
    reporter.poke();
    // The clock stands still: nobody waits for the next round.
    await server.until(async () => {
      const { status } = await nodes.get(KEY);
      return status?.conditions?.find(({ type }) => type === "Ready")?.status === "False";
    });
  });

  it("is never ready as one whose runtime is not there yet", async () => {
    let port = 0;
    startAgent("n", {
      identity: () => ({ ...IDENTITY, name: "n", port }),
      find: async () => {
        port = 1234;
        return FINDINGS;
      },
    });
    const node = await reported("True");
    expect(node.status?.daemonEndpoints?.kubeletEndpoint?.Port).toBe(1234);
  });

  it("takes over a node that is there, with its labels and taints", async () => {
    const labels = { mine: "yes", "kubernetes.io/os": "plan9" };
    const taints = [{ key: "a", effect: "NoSchedule" }];
    await nodes.create({ metadata: { name: "n", labels }, spec: { taints } } as Node);
    startAgent();
    const node = await reported("True");
    expect(node.metadata.labels).toMatchObject({ mine: "yes", "kubernetes.io/os": "linux" });
    expect(node.spec?.taints).toContainEqual(taints[0]);
  });

  it("stays up beside another one of its name, and both report", async () => {
    startAgent();
    startAgent();
    await reported("True");
    await server.clock.advance(5 * MINUTE);
    const { spec } = await leases.get(LEASE);
    expect(server.clock.now() - Date.parse(spec?.renewTime ?? "")).toBeLessThanOrEqual(10_400);
    expect((await nodes.list()).items).toHaveLength(1);
  });

  it("renews a lease that somebody deleted or changed", async () => {
    startAgent();
    await reported("True");
    await server.until(() => find(leases, LEASE), 100);
    await leases.delete(LEASE);
    await server.clock.advance(11_000);
    const lease = await leases.get(LEASE);
    await leases.update({
      ...lease,
      spec: { ...lease.spec, renewTime: "2000-01-01T00:00:00.000000Z" },
    });
    await server.clock.advance(11_000);
    const { spec } = await leases.get(LEASE);
    expect(spec?.renewTime).toMatch(/^2026/);
  });

  it("tells of what happens to it", async () => {
    startAgent();
    await reported("True");
    await nodes.patch(KEY, "merge-patch", { spec: { unschedulable: true } });
    const wanted = ["Starting", "NodeHasSufficientMemory", "NodeNotSchedulable"];
    const told = await server.until(async () => {
      const { items } = await server.client.resource(EVENTS).list({ namespace: "default" });
      const events = items.filter(({ reason = "" }) => wanted.includes(reason));
      return events.length === wanted.length ? events : undefined;
    }, 1_000);
    expect(
      told.map(({ message, source, involvedObject }) => [message, source, involvedObject.uid]),
    ).toEqual(
      expect.arrayContaining([
        ["Starting kubelet.", { component: "kubelet", host: "n" }, "n"],
        ["Node n status is now: NodeNotSchedulable", { component: "kubelet", host: "n" }, "n"],
      ]),
    );
  });

  it("cannot register as somebody else", async () => {
    const user = { username: "system:node:m", groups: ["system:nodes", "system:authenticated"] };
    const answer = await server.server.send(
      "POST",
      "/api/v1/nodes",
      { metadata: { name: "n" } },
      { user },
    );
    expect(answer.status).toBe(403);
  });
});

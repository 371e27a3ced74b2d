import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Lease } from "../api/types.ts";
import { LEASES } from "../client/resource-type.ts";
import { silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import { runTogether } from "../runtime/task-group.ts";
import { JumpingClock } from "./jumping-clock.fixture.ts";
import { NodeLease } from "./node/node-lease.ts";
import { followOwnNode } from "./node/own-node.ts";
import { type AgentOfServer, startAgentOfServer } from "./pods/agent-of-server.fixture.ts";
import { C, isRunning, statusOf } from "./pods/pod-lifecycle.fixture.ts";
import { createNodeVolumes, type NodeVolumes } from "./volumes/node-volumes.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIFE_SECONDS = 3607;
const PLUGIN = "kubernetes.io~projected";
const LEASE = { namespace: "kube-node-lease", name: "node-1" };

/** An agent with real tokens and volumes and a lease, on a machine whose clock can be set. */
interface Bench extends AsyncDisposable {
  readonly agent: AgentOfServer;
  readonly clock: JumpingClock;
  /** The token in its file. */
  token(uid: string): string;
}

let bench: Bench;
afterEach(() => bench[Symbol.asyncDispose]());

async function start(): Promise<Bench> {
  const abort = new AbortController();
  const clock = new JumpingClock();
  let volumes: NodeVolumes | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const agent = await startAgentOfServer({ clock }, async (parts) => {
    clock.follow(parts.clock);
    const dependencies = { ...parts, clock, random: systemRandom, logger: silentLogger };
    volumes = await createNodeVolumes({
      ...dependencies,
      root: parts.directory,
      memoryFallback: join("/dev/shm", basename(parts.directory)),
      hostPaths: { allowed: [] },
      allocatable: () => ({}),
    });
    const node = followOwnNode(parts.client, "node-1", dependencies);
    const lease = new NodeLease({ ...dependencies, nodeName: "node-1", node });
    running = runTogether([volumes, node, lease], { signal: abort.signal });
    return { clock, volumes: volumes.volumes, objects: volumes.objects };
  });
  if (volumes === undefined) throw new Error("there are no volumes");
  const { memory } = volumes;
  const owned = volumes;
  return {
    agent,
    clock,
    token: (uid) => readFileSync(join(memory, uid, PLUGIN, "t", "token"), "utf8"),
    [Symbol.asyncDispose]: async () => {
      await agent.stop();
      await owned.volumes.leaveMemory();
      abort.abort();
      await running;
      await owned[Symbol.asyncDispose]();
      await agent[Symbol.asyncDispose]();
    },
  };
}

/** Time goes on, in steps between which files are written. */
async function live({ agent }: Bench, ms: number, each: () => void = () => {}): Promise<void> {
  for (let passed = 0; passed < ms; passed += MINUTE) {
    await agent.advance(MINUTE);
    await agent.eventually(() => true);
    each();
  }
}

const PROBED = {
  ...C,
  readinessProbe: { exec: { command: ["look"] }, periodSeconds: 10 },
  volumeMounts: [{ name: "t", mountPath: "/t" }],
};
const VOLUMES = [
  {
    name: "t",
    projected: {
      sources: [{ serviceAccountToken: { path: "token", expirationSeconds: LIFE_SECONDS } }],
    },
  },
];

function expiryOf(token: string): number {
  const [, claims = ""] = token.split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString()).exp * 1000;
}

describe.each([
  ["forwards", 5 * HOUR],
  ["back", -5 * HOUR],
])("a clock that is set %s by hours", (_direction, jumpMs) => {
  it("lets no token die, and asks for no more of them than once a minute", async () => {
    bench = await start();
    const { agent, clock } = bench;
    const { metadata } = await agent.create("p", { containers: [PROBED], volumes: VOLUMES });
    await agent.until("p", isRunning, 100);
    const { uid = "" } = metadata;
    await live(bench, 2 * MINUTE);
    clock.jump(jumpMs);
    const seen = new Set<string>();
    let worst = Number.POSITIVE_INFINITY;
    await live(bench, 2 * HOUR, () => {
      const token = bench.token(uid);
      seen.add(token);
      // By the server's clock, which nobody has set.
      worst = Math.min(worst, expiryOf(token) - agent.node.server.clock.now());
    });
    expect(worst).toBeGreaterThan(0);
    expect(seen.size).toBeGreaterThan(2);
    expect(seen.size).toBeLessThanOrEqual(130);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.untilGone("p", 100);
  }, 120_000);

  it("changes nothing about probes, restarts and the lease", async () => {
    bench = await start();
    const { agent, clock } = bench;
    const crashing = { ...C, name: "crashing" };
    agent.runtime.behaviours = { crashing: (run) => run.exit(1) };
    await agent.create("p", { containers: [PROBED], volumes: VOLUMES });
    await agent.create("q", { containers: [crashing], automountServiceAccountToken: false });
    await agent.until("p", isRunning, 100);
    await live(bench, 4 * MINUTE);
    const leases = agent.node.server.client.resource<Lease>(LEASES);
    const counts = (): { readonly probes: number; readonly starts: number } => ({
      probes: agent.runtime.calls.filter((call) => call === "exec c look").length,
      starts: agent.runtime.calls.filter((call) => call.startsWith("start crashing/")).length,
    });
    const at = counts();
    clock.jump(jumpMs);
    await live(bench, 10 * MINUTE);
    const after = counts();
    // Every ten seconds; and a back-off that has begun anew: 10, 20, 40, 80, 160, 300 seconds.
    expect(after.probes - at.probes).toBeGreaterThanOrEqual(58);
    expect(after.probes - at.probes).toBeLessThanOrEqual(62);
    expect(after.starts - at.starts).toBeGreaterThanOrEqual(1);
    expect(after.starts - at.starts).toBeLessThanOrEqual(7);
    const lease = await leases.get(LEASE);
    expect(Math.abs(clock.now() - Date.parse(lease.spec?.renewTime ?? ""))).toBeLessThan(15_000);
    const pod = await agent.get("p");
    expect(statusOf(pod)).toMatchObject({ restartCount: 0, ready: true });
  }, 120_000);
});

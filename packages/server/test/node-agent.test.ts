import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_IMAGE_COLLECTION } from "../src/agent/images/image-collection-policy.ts";
import { createNodeAgent } from "../src/agent/node-agent.ts";
import type { NodeAgentConfig } from "../src/agent/node-agent-options.ts";
import type { Node } from "../src/api/types.ts";
import { type ClusterAccess, readKubeconfig } from "../src/client/node/kubeconfig.ts";
import { realClock } from "../src/runtime/clock.ts";
import { silentLogger } from "../src/runtime/logger.ts";
import { systemRandom } from "../src/runtime/random.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

let server: TestServer;
let access: ClusterAccess;
let directory: string;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-agent-"));
  server = await startTestServer();
  access = await readKubeconfig(server.server.kubeconfigPath);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** An agent on a machine without a container runtime. */
function configOf(nodeName: string, more: Partial<NodeAgentConfig> = {}): NodeAgentConfig {
  return {
    access,
    nodeName,
    hostname: nodeName,
    nodeIp: "127.0.0.1",
    rootDirectory: join(directory, `${nodeName}-${stops.length}`),
    address: "127.0.0.1",
    port: 0,
    runtime: { kind: "cri", endpoint: `unix://${join(directory, "nobody.sock")}` },
    labels: { room: "kitchen" },
    taints: [{ key: "new", effect: "NoSchedule" }],
    maxPods: 3,
    imageCollection: DEFAULT_IMAGE_COLLECTION,
    evictionHard: [],
    clientCa: "",
    rotateServerCertificates: false,
    allowedHostPaths: [],
    maskedPaths: [],
    clusterDomain: "cluster.local",
    version: "v1.36.2",
    ...more,
  };
}

function start(config: NodeAgentConfig): Promise<void> {
  const abort = new AbortController();
  const dependencies = { clock: realClock, random: systemRandom, logger: silentLogger };
  const running = createNodeAgent({ config, ...dependencies }).run({ signal: abort.signal });
  // Who waits for it sees why; who does not is told by what is missing.
  running.catch(() => {});
  stops.push(async () => {
    abort.abort();
    await running.catch(() => {});
  });
  return running;
}

async function nodeOf(name: string, check: (node: Node) => boolean): Promise<Node> {
  for (let round = 0; round < 300; round++) {
    const answer = await server.send("GET", `/api/v1/nodes/${name}`);
    if (answer.status === 200 && check(answer.json<Node>())) return answer.json<Node>();
    await realClock.sleep(50);
  }
  throw new Error(`${name} never came to be so`);
}

function readyOf({ status }: Node) {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

describe("an agent", () => {
  test("without a runtime stays up, and its node says why it is not ready", async () => {
    void start(configOf("idle"));
    const node = await nodeOf(
      "idle",
      (found) => readyOf(found)?.message?.includes("down") ?? false,
    );
    expect(readyOf(node)).toMatchObject({ status: "False", reason: "KubeletNotReady" });
    expect(readyOf(node)?.message).toMatch(/^container runtime is down: /);
    expect(node.metadata.labels).toMatchObject({
      room: "kitchen",
      "kubernetes.io/hostname": "idle",
    });
    expect(node.spec?.taints).toContainEqual({ key: "new", effect: "NoSchedule" });
    expect(node.status?.capacity).toMatchObject({ pods: "3" });
    expect(node.status?.nodeInfo).toMatchObject({ containerRuntimeVersion: "cri://Unknown" });
  });

  test("stays up beside another one of its name, and there is one node", async () => {
    const first = start(configOf("twin"));
    const second = start(configOf("twin"));
    await nodeOf("twin", (found) => readyOf(found) !== undefined);
    await realClock.sleep(500);
    const ended = await Promise.race([
      Promise.any([first, second]).then(() => "ended"),
      realClock.sleep(100).then(() => "running"),
    ]);
    expect(ended).toBe("running");
    const { items } = (await server.send("GET", "/api/v1/nodes")).json<{ items: Node[] }>();
    expect(items.filter(({ metadata }) => metadata.name === "twin")).toHaveLength(1);
  });

  test("of an address that is not its machine's does not begin", async () => {
    await expect(start(configOf("lost", { nodeIp: "198.51.100.1" }))).rejects.toThrow(
      'node IP: "198.51.100.1" not found in the host\'s network interfaces',
    );
  });

  test("of a port that somebody has says so", async () => {
    if (process.platform !== "linux") return;
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const runtime = { kind: "process", images: {} } as const;
    const running = start(configOf("blocked", { port, runtime }));
    const outcome = await Promise.race([
      running.then(
        () => "ended",
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      ),
      // A machine on which no containers can be made does not get that far.
      nodeOf("blocked", (found) => readyOf(found)?.message?.includes("down") ?? false).then(
        () => "no runtime",
      ),
    ]);
    taken.close();
    if (process.env.CI === "true" || outcome !== "no runtime") expect(outcome).toBe("EADDRINUSE");
  });
});

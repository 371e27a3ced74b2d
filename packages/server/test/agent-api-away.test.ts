import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canRunPods } from "../src/agent/process/process-runtime.fixture.ts";
import type { Pod } from "../src/api/types.ts";
import { Client } from "../src/client/client.ts";
import { createHttpsTransport } from "../src/client/node/https-transport.ts";
import { readKubeconfig } from "../src/client/node/kubeconfig.ts";
import { LEASES } from "../src/client/resource-type.ts";
import { realClock } from "../src/runtime/clock.ts";
import { type CommandProcess, countersign } from "./command.fixture.ts";
import { behindWire } from "./cut-off-api.fixture.ts";
import {
  type ApiUnderTest,
  NodeWorkbench,
  readingToken,
  sleeping,
  startApi,
} from "./node-workbench.fixture.ts";

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** Says whenever its token is another one, and whenever there is none. */
const WATCHER = `last=; while :; do t=; read -r t < ${TOKEN} || test -n "$t" || echo missing
if test "$t" != "$last"; then last=$t; echo "token $t"; fi; sleep 0.05; done`;

const KEY = { namespace: "kube-node-lease", name: "n" };

async function renewedAt({ client }: NodeWorkbench): Promise<number> {
  const { spec } = await client.resource(LEASES).get(KEY);
  return Date.parse(spec?.renewTime ?? "");
}

async function untilRenewedAfter(bench: NodeWorkbench, at: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if ((await renewedAt(bench)) > at) return;
    await bench.sleep(50);
  }
  throw new Error("the lease is not renewed any more");
}

function restartsOf({ status }: Pod): number | undefined {
  return status?.containerStatuses?.[0]?.restartCount;
}

describe.skipIf(!canRunPods)("an agent whose API server is away", () => {
  test("while a token is due: it keeps the old one, and replaces it when the server is back", async () => {
    const api = await behindWire(await startApi({ "unsafe-test-pod-token-lifetime": "10s" }));
    await using bench = await NodeWorkbench.start({}, api);
    const { containers } = sleeping(WATCHER);
    await bench.create("p", {
      terminationGracePeriodSeconds: 1,
      ...(containers && { containers }),
    });
    await bench.until("p", bench.isReady);
    const tokens = async (): Promise<readonly string[]> =>
      (await bench.logs("p")).split("\n").filter((line) => line !== "");
    const had = (await tokens()).length;
    expect(had).toBeGreaterThan(0);
    await api.cut();
    // It is due after eight seconds, and dead after ten.
    await bench.sleep(9_500);
    // Read from the agent, which the server reaches as before.
    expect(await tokens()).toHaveLength(had);
    const before = await renewedAt(bench);
    await api.restore();
    const endAt = realClock.now() + 20_000;
    while ((await tokens()).length === had && realClock.now() < endAt) await bench.sleep(100);
    const seen = await tokens();
    expect(seen.length).toBeGreaterThan(had);
    // Never none, half of one, or the same one twice.
    expect(seen.every((line) => /^token [\w-]+\.[\w-]+\.[\w-]+$/.test(line))).toBe(true);
    expect(new Set(seen).size).toBe(seen.length);
    await untilRenewedAfter(bench, before);
    expect(restartsOf(await bench.get("p"))).toBe(0);
    await bench.remove("p");
  }, 120_000);

  test("killed, and back with its data: pods run on, and those deleted go", async () => {
    const api = await startKillableApi();
    await using bench = await NodeWorkbench.start({}, api);
    await bench.create("kept", readingToken());
    await bench.create("gone", sleeping());
    await bench.until("kept", bench.isReady);
    await bench.until("gone", bench.isReady);
    api.kill();
    await bench.sleep(2_000);
    const startedAt = realClock.now();
    await api.start();
    await untilRenewedAfter(bench, startedAt);
    await bench.remove("gone");
    await bench.create("new", readingToken());
    await bench.until("new", bench.isReady);
    expect(restartsOf(await bench.get("kept"))).toBe(0);
    expect(await bench.logs("kept")).toContain("token of ");
    await bench.remove("kept", "new");
    expect(bench.agent.child.exitCode).toBeNull();
  }, 120_000);
});

interface KillableApi extends ApiUnderTest {
  kill(): void;
  start(): Promise<void>;
}

/** A server with its state on the disk, in a process of its own, always on the same port. */
async function startKillableApi(): Promise<KillableApi> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-killable-"));
  const kubeconfig = join(directory, "kubeconfig");
  const port = await freePort();
  let server: CommandProcess | undefined;
  const start = async (): Promise<void> => {
    server = countersign([
      "up",
      ...["--data-dir", directory, "--secure-port", String(port), "--no-node"],
      "--enable-bootstrap-token-auth",
    ]);
    await server.prints("countersign ready");
  };
  await start();
  const access = await readKubeconfig(kubeconfig);
  const transport = createHttpsTransport({
    ...access,
    credential: () => access.credential,
    clock: realClock,
  });
  return {
    client: new Client(transport.send, { userAgent: "test" }),
    kubeconfig,
    kill: () => server?.kill(),
    start,
    [Symbol.asyncDispose]: async () => {
      await transport[Symbol.asyncDispose]();
      server?.kill();
      await server?.exited;
      rmSync(directory, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  taken.close();
  return port;
}

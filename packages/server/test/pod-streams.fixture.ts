import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "vitest";
import { FakePods } from "../src/agent/streams/agent-server.fixture.ts";
import { createAgentServer } from "../src/agent/streams/agent-server.ts";
import { createTestCertificates } from "../src/agent/streams/certificates.fixture.ts";
import { FakeRuntime } from "../src/agent/streams/fake-runtime.fixture.ts";
import { Client } from "../src/client/client.ts";
import { connectInProcess } from "../src/client/in-process.ts";
import { realClock } from "../src/runtime/clock.ts";
import { silentLogger } from "../src/runtime/logger.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** A server with a node whose agent is this process, and one pod, `web`, on it. */
export interface StreamingCluster extends AsyncDisposable {
  readonly server: TestServer;
  readonly pods: FakePods;
  readonly runtime: FakeRuntime;
  readonly kubeconfig: string;
}

const NODE = { username: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] };
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };
const PODS = "/api/v1/namespaces/default/pods";

export async function startStreamingCluster(): Promise<StreamingCluster> {
  const server = await startTestServer();
  const pods = new FakePods();
  const runtime = new FakeRuntime();
  const agent = createAgentServer({
    tls: {
      ...createTestCertificates().serving,
      clientCa: readFileSync(join(server.dataDir, "pki", "client-ca.crt"), "utf8"),
    },
    nodeName: "node-1",
    client: new Client(connectInProcess(server.server.handler, NODE), { userAgent: "agent" }),
    pods,
    runtime,
    clock: realClock,
    logger: silentLogger,
  });
  const { port } = await agent.listen(0, "127.0.0.1");
  await createNode(server, port);
  await createPod(server, "web", "Running");
  return {
    server,
    pods,
    runtime,
    kubeconfig: server.server.kubeconfigPath,
    [Symbol.asyncDispose]: async () => {
      await agent[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      pods[Symbol.dispose]();
    },
  };
}

async function createNode(server: TestServer, port: number): Promise<void> {
  await server.send("POST", "/api/v1/nodes", { metadata: { name: "node-1" } });
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const patched = await server.send("PATCH", "/api/v1/nodes/node-1/status", { status }, MERGE);
  expect(patched.status, patched.text).toBe(200);
}

async function createPod(server: TestServer, name: string, phase: string): Promise<void> {
  const containers = [
    { name: "app", image: "i", ports: [{ containerPort: 80 }] },
    { name: "side", image: "i", tty: true, stdin: true },
  ];
  const metadata = { name, annotations: { "kubectl.kubernetes.io/default-container": "app" } };
  const spec = { nodeName: "node-1", containers, automountServiceAccountToken: false };
  const made = await server.send("POST", PODS, { metadata, spec });
  expect(made.status, made.text).toBe(201);
  const running = { state: { running: { startedAt: "2026-01-01T00:00:00Z" } }, ready: true };
  const containerStatuses = containers.map((each) => ({
    name: each.name,
    image: "i",
    imageID: "",
    restartCount: 0,
    ...running,
  }));
  const status = { phase, containerStatuses };
  const patched = await server.send("PATCH", `${PODS}/${name}/status`, { status }, MERGE);
  expect(patched.status, patched.text).toBe(200);
}

export interface KubectlAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** kubectl in one version, with a folder of its own. */
export class Kubectl implements Disposable {
  readonly directory: string = mkdtempSync(join(tmpdir(), "countersign-kubectl-"));
  readonly #path: string;
  readonly #kubeconfig: string;

  constructor(path: string, kubeconfig: string) {
    this.#path = path;
    this.#kubeconfig = kubeconfig;
  }

  run(args: readonly string[], input: Uint8Array = Buffer.alloc(0)): Promise<KubectlAnswer> {
    return new Promise((resolve) => {
      const options = {
        encoding: "buffer",
        maxBuffer: 64 * 1024 * 1024,
        ...this.#options,
      } as const;
      const child = execFile(this.#path, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr: stderr.toString() });
      });
      child.stdin?.on("error", () => {}).end(input);
    });
  }

  /** A command that goes on. */
  start(args: readonly string[]): ReturnType<typeof spawn> {
    return spawn(this.#path, [...args], { ...this.#options, stdio: "pipe" });
  }

  /** A command under a terminal, as `script` makes one. */
  startInTerminal(args: readonly string[]): ReturnType<typeof spawn> {
    const command = [this.#path, ...args].map((word) => `'${word}'`).join(" ");
    return spawn("script", ["-qefc", command, "/dev/null"], { ...this.#options, stdio: "pipe" });
  }

  get #options() {
    const env = {
      PATH: process.env.PATH,
      HOME: this.directory,
      KUBECONFIG: this.#kubeconfig,
      TERM: "dumb",
    };
    return { cwd: this.directory, env };
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * Where each of these versions lies: `kubectl.1.NN` beside the `kubectl` on the path. Those that are
 * missing are left out; under CI all have to be there.
 */
export function findKubectls(versions: readonly string[]): readonly (readonly [string, string])[] {
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "kubectl"))
    .find((path) => existsSync(path));
  const folder = onPath === undefined ? undefined : dirname(realpathSync(onPath));
  const names = folder === undefined ? [] : readdirSync(folder);
  const found = versions.filter((version) => names.includes(`kubectl.${version}`));
  if (process.env.CI === "true" && found.length < versions.length) {
    throw new Error(`kubectl in the versions ${versions.join(", ")} is needed`);
  }
  return found.map((version) => [version, join(folder ?? "", `kubectl.${version}`)]);
}

/** Whether a program is there; under CI it has to be. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    if (process.env.CI === "true") throw new Error(`${name} is needed`);
    return false;
  }
}

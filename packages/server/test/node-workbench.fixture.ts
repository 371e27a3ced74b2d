import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event, Pod, PodSpec } from "../src/api/types.ts";
import { Client } from "../src/client/client.ts";
import { connectInProcess } from "../src/client/in-process.ts";
import { EVENTS, PODS } from "../src/client/resource-type.ts";
import { realClock } from "../src/runtime/clock.ts";
import type { RawOptions } from "../src/server/options.ts";
import { startTestServer } from "../src/testing/test-server.ts";
import { startAgent } from "./agent-process.fixture.ts";
import type { CommandProcess } from "./command.fixture.ts";

const NODE = "n";
const NAMESPACE = "shop";
const LOOK_MS = 50;
const PATIENCE_MS = 40_000;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

export interface WorkbenchOptions {
  /** Of the agent. */
  readonly flags?: readonly string[];
  /** The agent's root directory, of whoever gives it. @default one of the workbench's own */
  readonly directory?: string;
}

/** A server that an agent is for. */
export interface ApiUnderTest extends AsyncDisposable {
  /** As the admin. */
  readonly client: Client;
  /** With which an agent joins. */
  readonly kubeconfig: string;
}

/** A server in this process, with its state in memory. @param options - Of `countersign up`, by name. */
export async function startApi(options: RawOptions = {}): Promise<ApiUnderTest> {
  // A server that expects nodes lets them know whose certificates to believe.
  const server = await startTestServer({
    options: { "enable-bootstrap-token-auth": true, ...options },
  });
  const admin = { username: "admin", groups: ["system:masters", "system:authenticated"] };
  const transport = connectInProcess(server.server.handler, admin);
  return {
    client: new Client(transport, { userAgent: "test" }),
    kubeconfig: server.server.kubeconfigPath,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * A whole agent with the runtime `process`: a process of its own, that can be killed and started again
 * over the same directory. All that is left is ended and removed at the end.
 */
export class NodeWorkbench implements AsyncDisposable {
  readonly client: Client;
  readonly directory: string;
  readonly #api: ApiUnderTest;
  readonly #flags: readonly string[];
  readonly #scratch: string;
  #agent: CommandProcess | undefined;

  private constructor(api: ApiUnderTest, { directory, flags = [] }: WorkbenchOptions) {
    this.#api = api;
    this.client = api.client;
    this.#flags = flags;
    this.#scratch = mkdtempSync(join(tmpdir(), "countersign-node-"));
    this.directory = directory ?? join(this.#scratch, "node");
    mkdirSync(this.directory, { recursive: true });
  }

  /** @param api - Disposed of with the workbench. @default a server of its own */
  static async start(options: WorkbenchOptions = {}, api?: ApiUnderTest): Promise<NodeWorkbench> {
    const bench = new NodeWorkbench(api ?? (await startApi()), options);
    await bench.client.send("POST", "/api/v1/namespaces", {
      body: { metadata: { name: NAMESPACE } },
    });
    await bench.startAgent();
    return bench;
  }

  get agent(): CommandProcess {
    if (this.#agent === undefined) throw new Error("there is no agent");
    return this.#agent;
  }

  get pid(): number {
    return this.agent.child.pid ?? 0;
  }

  async startAgent(): Promise<void> {
    this.#agent = await startAgent({
      kubeconfig: this.#api.kubeconfig,
      directory: this.directory,
      nodeName: NODE,
      // Tests do not depend on how full this machine is.
      flags: ["--eviction-hard", "", ...this.#flags],
    });
  }

  /** Makes a pod that is on the node. */
  create(name: string, spec: Partial<PodSpec>): Promise<Pod> {
    const metadata = { name, namespace: NAMESPACE };
    const body = { metadata, spec: { nodeName: NODE, ...spec } } as Pod;
    return this.#untilServed(() => this.client.resource(PODS).create(body));
  }

  get(name: string): Promise<Pod> {
    return this.client.resource(PODS).get({ namespace: NAMESPACE, name });
  }

  async delete(name: string): Promise<void> {
    await this.client.resource(PODS).delete({ namespace: NAMESPACE, name });
  }

  isReady({ status }: Pod): boolean {
    return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  }

  /** Waits until a pod is as the check says. @throws Error with the pod as it is */
  async until(name: string, check: (pod: Pod) => boolean): Promise<Pod> {
    const endAt = realClock.now() + PATIENCE_MS;
    for (;;) {
      const pod = await this.get(name);
      if (check(pod)) return pod;
      if (realClock.now() > endAt) {
        const text = JSON.stringify(pod.status, undefined, 1);
        throw new Error(`${name} is ${text}\n${(await this.events(name)).join("\n")}`);
      }
      await realClock.sleep(LOOK_MS);
    }
  }

  async untilGone(...names: readonly string[]): Promise<void> {
    const endAt = realClock.now() + PATIENCE_MS;
    for (;;) {
      const { items } = await this.client.resource(PODS).list({ namespace: NAMESPACE });
      const left = items.filter(({ metadata }) => names.includes(metadata.name ?? ""));
      if (left.length === 0) return;
      if (realClock.now() > endAt) throw new Error(`still there: ${JSON.stringify(left)}`);
      await realClock.sleep(LOOK_MS);
    }
  }

  /** Deletes pods and waits until they are gone. */
  async remove(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.delete(name)));
    await this.untilGone(...names);
  }

  /** `type reason message` of the events about a pod. */
  async events(name: string): Promise<readonly string[]> {
    const fieldSelector = `involvedObject.name=${name}`;
    const { items } = await this.client
      .resource(EVENTS)
      .list({ namespace: NAMESPACE, fieldSelector });
    return items.map((event: Event) => `${event.type} ${event.reason} ${event.message}`);
  }

  /** Waits until there are all of these events about a pod. @throws Error with those that there are */
  async untilEvents(name: string, ...wanted: readonly string[]): Promise<void> {
    const endAt = realClock.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.events(name);
      if (wanted.every((event) => found.includes(event))) return;
      if (realClock.now() > endAt) throw new Error(`${name} has only ${found.join("\n")}`);
      await realClock.sleep(LOOK_MS);
    }
  }

  async logs(name: string): Promise<string> {
    const answer = await this.client.send(
      "GET",
      `/api/v1/namespaces/${NAMESPACE}/pods/${name}/log`,
    );
    return await answer.text();
  }

  sleep(ms: number): Promise<void> {
    return realClock.sleep(ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent?.kill();
    await this.#agent?.exited;
    unmountBelow(this.directory);
    await this.#api[Symbol.asyncDispose]();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** The account of a new namespace takes a moment. */
  async #untilServed<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries === 100) throw error;
        await realClock.sleep(LOOK_MS);
      }
    }
  }
}

/** Undoes what an agent that was killed could not. */
function unmountBelow(directory: string): void {
  const root = `${realpathSync(directory)}/`;
  const points = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((point) => point.startsWith(root));
  for (const point of points.reverse()) execFileSync("umount", ["--lazy", point]);
}

function withScript(script: string): Partial<PodSpec> {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: "c", image: "host", command: ["sh", "-c", script] }],
  };
}

/** A pod without a token whose process goes on, or does what it is told. */
export function sleeping(script = "exec sleep 1000"): Partial<PodSpec> {
  return { ...withScript(script), automountServiceAccountToken: false };
}

/** A pod that says how long its token is. */
export function readingToken(): Partial<PodSpec> {
  const read = `read -r token < ${TOKEN} || test -n "$token"`;
  return withScript(`${read}; echo "token of $(printf %s "$token" | wc -c)"; exec sleep 1000`);
}

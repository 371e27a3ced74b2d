import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pod } from "../../api/types.ts";
import { Client } from "../../client/client.ts";
import type { TransportRequest, TransportResponse } from "../../client/transport.ts";
import { type Clock, realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import type { ContainerInstance, RunningPods } from "../pods/running-pods.ts";
import { type AgentServer, createAgentServer } from "./agent-server.ts";
import type { TestCertificates } from "./certificates.fixture.ts";
import { FakeRuntime } from "./fake-runtime.fixture.ts";

/** A review that the API server was asked for. */
export interface Review {
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** An agent's server on a free port, with one pod that a test decides about. */
export interface TestAgent extends AsyncDisposable {
  readonly server: AgentServer;
  readonly runtime: FakeRuntime;
  readonly pods: FakePods;
  readonly url: string;
  readonly port: number;
  /** What the API server was asked, in order. */
  readonly reviews: Review[];
  /** One request over a connection of its own, as the API server unless said otherwise. */
  send(
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

export const POD_UID = "11111111-2222-3333-4444-555555555555";

/** The pods of a test: one, `web` in `default`, with the containers `app` and `side`. */
export class FakePods implements RunningPods, Disposable {
  readonly directory: string = mkdtempSync(join(tmpdir(), "countersign-logs-"));
  /** By container. */
  readonly instances: Map<string, ContainerInstance[]> = new Map();
  pod: Pod = {
    metadata: { name: "web", namespace: "default", uid: POD_UID },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "app" }, { name: "side", tty: true }],
    },
    status: {},
  } as unknown as Pod;

  /** A run of a container, and the pod's status to it. Its log has these lines. */
  run(
    name: string,
    options: { readonly state?: ContainerInstance["state"]; readonly log?: string } = {},
  ): ContainerInstance {
    const runs = this.instances.get(name) ?? [];
    const id = `${name}-${runs.length}`;
    const logPath = join(this.directory, `${id}.log`);
    const state = options.state ?? "running";
    const instance = { id, podId: "sandbox-1", name, attempt: runs.length, state, logPath };
    writeFileSync(logPath, options.log ?? "");
    this.instances.set(name, [...runs, instance]);
    this.#describe();
    return instance;
  }

  end(name: string): void {
    const runs = this.instances.get(name) ?? [];
    const last = runs.at(-1);
    if (last === undefined) throw new Error(`${name} does not run`);
    this.instances.set(name, [...runs.slice(0, -1), { ...last, state: "exited" }]);
    this.#describe();
  }

  podOf(namespace: string, name: string): Readonly<Pod> | undefined {
    return namespace === "default" && name === "web" ? this.pod : undefined;
  }

  podByUid(uid: string): Readonly<Pod> | undefined {
    return uid === POD_UID ? this.pod : undefined;
  }

  all(): Iterable<Readonly<Pod>> {
    return [this.pod];
  }

  instanceOf(
    podUid: string,
    name: string,
    which: "current" | "previous",
  ): ContainerInstance | undefined {
    if (podUid !== POD_UID) return undefined;
    return this.instances.get(name)?.at(which === "current" ? -1 : -2);
  }

  podIdOf(podUid: string): string | undefined {
    return podUid === POD_UID ? "sandbox-1" : undefined;
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #describe(): void {
    const containerStatuses = [...this.instances].map(([name, runs]) => {
      const [last, before] = [runs.at(-1), runs.at(-2)];
      const containerID = `fake://${last?.id}`;
      const terminated = { exitCode: 0, containerID: `fake://${before?.id}` };
      return {
        name,
        containerID,
        state:
          last?.state === "running"
            ? { running: { startedAt: "2026-01-01T00:00:00Z" } }
            : { terminated: { exitCode: 0, containerID } },
        lastState: before === undefined ? {} : { terminated },
      };
    });
    this.pod = { ...this.pod, status: { containerStatuses } } as unknown as Pod;
  }
}

export async function startTestAgent(
  certificates: TestCertificates,
  options: { readonly clock?: Clock } = {},
): Promise<TestAgent> {
  const reviews: Review[] = [];
  const runtime = new FakeRuntime();
  const pods = new FakePods();
  const server = createAgentServer({
    tls: { ...certificates.serving, clientCa: certificates.clientCa },
    nodeName: "node-1",
    client: new Client((request) => answerReview(request, reviews), { userAgent: "test" }),
    pods,
    runtime,
    clock: options.clock ?? realClock,
    logger: silentLogger,
  });
  const { port } = await server.listen(0, "127.0.0.1");
  return {
    server,
    runtime,
    pods,
    port,
    url: `https://127.0.0.1:${port}`,
    reviews,
    send: (method, path, more = {}) =>
      sendRequest(`https://127.0.0.1:${port}${path}`, {
        method,
        ca: certificates.ca,
        ...certificates.apiServer,
        ...more,
      }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      pods[Symbol.dispose]();
    },
  };
}

/** The API server of a test: tokens are user names, and whoever is called `nobody` may nothing. */
async function answerReview(
  request: TransportRequest,
  reviews: Review[],
): Promise<TransportResponse> {
  const { kind, spec } = JSON.parse(Buffer.from(request.body ?? []).toString()) as Review;
  reviews.push({ kind, spec });
  if (spec.token === "broken" || spec.user === "unlucky") throw new Error("the API is away");
  const status =
    kind === "TokenReview"
      ? { authenticated: spec.token !== "wrong", user: { username: spec.token, groups: ["g"] } }
      : { allowed: isAllowed(spec) };
  const text = JSON.stringify({ status });
  return {
    status: 201,
    header: () => undefined,
    text: async () => text,
    chunks: async function* () {
      yield Buffer.from(text);
    },
  };
}

function isAllowed({ user, resourceAttributes }: Review["spec"]): boolean {
  const { subresource } = resourceAttributes as { readonly subresource: string };
  if (user === "reader") return subresource === "stats" || subresource === "pods";
  return user !== "nobody";
}

function sendRequest(
  url: string,
  options: RequestOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    outgoing.on("error", reject).end();
  });
}

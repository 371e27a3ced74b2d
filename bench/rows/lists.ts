import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Countersign } from "../processes.ts";
import { startObserved } from "../processes.ts";
import { type BenchContext, type Row, rateRow } from "../table.ts";
import { NAMESPACE, prepareAccount } from "./accounts.ts";
import { compare } from "./compare.ts";

/** A pod as a cluster is full of them: about 2.2 KB stored. */
export function benchPod(name: string): Record<string, unknown> {
  const container = (number: number): Record<string, unknown> => ({
    name: `container-${number}`,
    image: `registry.example.com/team/application-${number}:1.0.0`,
    ports: [{ containerPort: 8080 + number }],
    resources: { requests: { cpu: "100m", memory: "128Mi" } },
  });
  return {
    metadata: { name, labels: { app: "bench", tier: "back", name } },
    spec: { containers: [container(1)], serviceAccountName: "reader" },
  };
}

async function createPods(server: Countersign, count: number): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
  for (let start = 0; start < count; start += 200) {
    const batch = Math.min(200, count - start);
    await Promise.all(
      Array.from({ length: batch }, (_, index) =>
        server.call("POST", path, benchPod(`pod-${String(start + index).padStart(6, "0")}`)),
      ),
    );
  }
}

/** What the metric holds beside the pause: the time between two looks at the clock. */
const LOOK_MS = 10;

/** The event loop's longest pause since the last scrape, milliseconds. */
async function longestPause(server: Countersign): Promise<number> {
  const { text = "" } = (await server.call("GET", "/metrics")) as { text?: string };
  const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1];
  return Number(seconds ?? Number.NaN) * 1000 - LOOK_MS;
}

/** The pauses of a process that does nothing: what the machine itself does to event loops. */
class IdleProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const script = fileURLToPath(new URL("../idle-pauses.ts", import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** Longest since the last call, milliseconds. */
  async longestPause(): Promise<number> {
    this.#child.stdin?.write("\n");
    const { value } = await this.#lines.next();
    return Number(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin?.end();
    await ended;
  }
}

export async function measureLists(context: BenchContext): Promise<readonly Row[]> {
  const server = await startObserved("cpu-pauses.ts", join(context.scratch, "lists"));
  try {
    const token = await prepareAccount(server);
    await createPods(server, context.listedPods);
    const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const whole = Buffer.byteLength(JSON.stringify(await server.call("GET", path)));
    await using idle = new IdleProcess();
    await idle.longestPause();
    await longestPause(server);
    await server.process.ask();
    const { measured, floor } = await compare(
      context,
      {
        origin: server.origin,
        path,
        method: "GET",
        headers: { authorization: `Bearer ${token}` },
      },
      {
        protocol: "http1",
        connections: 8,
        bodyBytes: whole,
        value: ({ bytesPerSecond }) => bytesPerSecond / 1024 ** 2,
      },
    );
    const pauseMs = await longestPause(server);
    const idleMs = await idle.longestPause();
    const cpuMs = Number(await server.process.ask());
    return [
      rateRow(
        `LIST of ${context.listedPods} pods (${(whole / 1024 ** 2).toFixed(1)} MiB)`,
        measured,
        floor,
        0.6,
        " MiB/s",
      ),
      {
        name: "longest event loop pause while listing",
        measured: `${pauseMs.toFixed(1)} ms`,
        floor: `${idleMs.toFixed(1)} ms in an idle process`,
        bound: "≤ 20 ms",
        met: pauseMs <= 20,
      },
      {
        name: "the same by the CPU time of its thread",
        measured: `${cpuMs.toFixed(1)} ms`,
        floor: "",
        bound: "≤ 20 ms",
        met: cpuMs <= 20,
      },
    ];
  } finally {
    await server.stop();
  }
}

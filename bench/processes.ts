import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { fileURLToPath } from "node:url";

/** A process that a benchmark started and ends. */
export interface Running {
  readonly pid: number;
  readonly firstLine: string;
  /** What the module that was loaded before it answers to a message. */
  ask(): Promise<unknown>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Starts Node with a script and waits for the first line it prints.
 * @param preload - A module of this folder that is loaded before it.
 */
export function startNode(args: readonly string[], preload?: string): Promise<Running> {
  return new Promise((resolve, reject) => {
    const before = preload === undefined ? [] : ["--import", `${ROOT}bench/${preload}`];
    const child = spawn(process.execPath, [...before, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe", ...(preload === undefined ? [] : ["ipc" as const])],
    });
    let output = "";
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const end = output.indexOf("\n");
      if (end < 0 || child.pid === undefined) return;
      resolve({
        pid: child.pid,
        firstLine: output.slice(0, end),
        ask: () => ask(child),
        stop: () => stop(child),
      });
    });
    child.on("exit", (code) => reject(new Error(`exited with ${code}: ${errors}`)));
  });
}

async function ask(child: ChildProcess): Promise<unknown> {
  const answer = once(child, "message");
  child.send("");
  return (await answer)[0];
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** The server as `npm start` runs it, on a free port. */
export function startCountersign(dataDir: string, ...flags: string[]): Promise<Countersign> {
  return startWith(undefined, dataDir, flags);
}

/** The same with a module of this folder that looks at it from inside. */
export function startObserved(preload: string, dataDir: string): Promise<Countersign> {
  return startWith(preload, dataDir, []);
}

async function startWith(
  preload: string | undefined,
  dataDir: string,
  flags: readonly string[],
): Promise<Countersign> {
  const running = await startNode(
    [
      `${ROOT}packages/server/bin/countersign.js`,
      "up",
      "--secure-port=0",
      "--no-node",
      `--data-dir=${dataDir}`,
      ...flags,
    ],
    preload,
  );
  const [, origin = "", kubeconfig = ""] =
    /countersign ready (\S+) kubeconfig (\S+)/.exec(running.firstLine) ?? [];
  return new Countersign(running, origin, kubeconfig);
}

interface Kubeconfig {
  readonly clusters: readonly { cluster: { "certificate-authority-data": string } }[];
  readonly users: readonly {
    user: { "client-certificate-data": string; "client-key-data": string };
  }[];
}

/** A running server, and its admin's way to it. */
export class Countersign {
  readonly process: Running;
  readonly origin: string;
  readonly #agent: Agent;

  constructor(running: Running, origin: string, kubeconfig: string) {
    this.process = running;
    this.origin = origin;
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const decode = (text = ""): Buffer => Buffer.from(text, "base64");
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 32,
      ca: decode(config.clusters[0]?.cluster["certificate-authority-data"]),
      cert: decode(config.users[0]?.user["client-certificate-data"]),
      key: decode(config.users[0]?.user["client-key-data"]),
    });
  }

  /** Sends JSON as the admin and returns the decoded answer. @throws on anything but 2xx */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const sent = request(
        this.origin + path,
        { method, agent: this.#agent, headers: { "content-type": "application/json" } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            if ((response.statusCode ?? 500) >= 300) {
              reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
            } else resolve(text.startsWith("{") ? JSON.parse(text) : { text });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.process.stop();
  }
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

/** A process of the command line, with all that it has written. */
export class CommandProcess {
  stdout = "";
  stderr = "";
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((resolve) =>
      this.child.once("close", (code, signal) => resolve(code ?? signal ?? "")),
    );
  }

  /** Resolves when stdout holds the text. @throws Error when the process ends before */
  async prints(text: string): Promise<void> {
    const ended = this.exited.then((code) => {
      throw new Error(`ended with ${code} before it printed ${text}: ${this.stderr}`);
    });
    const printed = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.stdout.includes(text)) resolve();
      };
      this.child.stdout?.on("data", look);
      look();
    });
    await Promise.race([printed, ended]);
    ended.catch(() => {});
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/** Runs `countersign` from its sources. */
export function countersign(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): CommandProcess {
  return new CommandProcess([MAIN, ...args], environment);
}

/** A server on a free port, ready, and what a client needs to talk to it. */
export interface ReadyServer extends AsyncDisposable {
  readonly process: CommandProcess;
  readonly url: string;
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export async function startUp(dataDir: string, ...flags: readonly string[]): Promise<ReadyServer> {
  const process = countersign([
    "up",
    "--data-dir",
    dataDir,
    "--secure-port",
    "0",
    "--no-node",
    ...flags,
  ]);
  await process.prints("countersign ready");
  const kubeconfig = readKubeconfig(join(dataDir, "kubeconfig"));
  return {
    process,
    ...kubeconfig,
    [Symbol.asyncDispose]: async () => {
      process.kill();
      await process.exited;
    },
  };
}

function readKubeconfig(path: string): Omit<ReadyServer, "process" | typeof Symbol.asyncDispose> {
  const { clusters, users } = JSON.parse(readFileSync(path, "utf8"));
  const text = (base64: string): string => Buffer.from(base64, "base64").toString();
  return {
    url: clusters[0].cluster.server,
    ca: text(clusters[0].cluster["certificate-authority-data"]),
    clientCertificate: text(users[0].user["client-certificate-data"]),
    clientKey: text(users[0].user["client-key-data"]),
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A request on a connection of its own, as the admin, whose body is sent by `send`. */
export function openRequest(
  server: ReadyServer,
  method: string,
  path: string,
): { readonly request: ReturnType<typeof httpsRequest>; readonly answer: Promise<Answer> } {
  const request = httpsRequest(new URL(path, server.url), {
    method,
    agent: false,
    ca: server.ca,
    cert: server.clientCertificate,
    key: server.clientKey,
    headers: method === "GET" ? {} : { "content-type": "application/json" },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  // Whoever needs it awaits it; a server that was killed is no failure of its own.
  answer.catch(() => {});
  return { request, answer };
}

/** One request as the admin. */
export function send(
  server: ReadyServer,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const { request, answer } = openRequest(server, method, path);
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return answer;
}

export function createScratch(): string {
  return mkdtempSync(join(tmpdir(), "countersign-command-"));
}

export function removeScratch(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Path → contents and mode of every file below a directory: equal when nothing has changed. */
export function fingerprint(directory: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(directory, { recursive: true }).map(String).sort()) {
    const path = join(directory, name);
    const { mode } = statSync(path);
    const isFile = statSync(path).isFile();
    const digest = isFile ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
    files[name] = `${mode.toString(8)} ${digest}`;
  }
  return files;
}

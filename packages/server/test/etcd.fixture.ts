import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The etcd on PATH, Debian's package `etcd-server`; undefined where there is none. */
export function findEtcd(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "etcd"))
    .find((path) => existsSync(path));
}

/** An etcd on loopback with a folder of its own; disposing ends it and removes the folder. */
export interface EtcdProcess extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
}

const STARTS_WITHIN_MS = 15_000;

/** Files for an etcd that takes requests over TLS only, of clients with a certificate. */
export interface EtcdTlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export async function startEtcd(program: string, tls?: EtcdTlsFiles): Promise<EtcdProcess> {
  const directory = await mkdtemp(join(tmpdir(), "countersign-etcd-"));
  const [port, peerPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const endpoint = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const metrics = `http://127.0.0.1:${metricsPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const child = spawn(
    program,
    [
      ...["--name", "test", "--data-dir", directory, "--logger", "zap", "--log-level", "error"],
      ...["--listen-client-urls", endpoint, "--advertise-client-urls", endpoint],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
      ...["--initial-cluster", `test=${peer}`, "--listen-metrics-urls", metrics],
      ...(tls === undefined
        ? []
        : [
            ...["--cert-file", tls.cert, "--key-file", tls.key],
            ...["--client-cert-auth", "--trusted-ca-file", tls.ca],
          ]),
    ],
    { stdio: "ignore", env: { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch } },
  );
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const end = performance.now() + STARTS_WITHIN_MS;
  while (!(await isHealthy(metrics))) {
    if (performance.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error(`etcd did not start: exit code ${child.exitCode}`);
    }
    await sleep(50);
  }
  return { endpoint, port, [Symbol.asyncDispose]: stop };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/health`);
    return ((await response.json()) as { health?: string }).health === "true";
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A wire to a port that can be cut and mended. */
export interface Wire extends AsyncDisposable {
  readonly endpoint: string;
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function createWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const port = await freePort();
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = async (): Promise<void> => {
    const closed = server === undefined ? undefined : once(server, "close");
    server?.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    server = undefined;
  };
  await mend();
  return { endpoint: `http://127.0.0.1:${port}`, cut, mend, [Symbol.asyncDispose]: cut };
}

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiUnderTest } from "./node-workbench.fixture.ts";

/** A server whose agent can be cut off from it; the admin's client is not. */
export interface CutOffApi extends ApiUnderTest {
  /** Breaks every connection off, and lets nobody connect. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

/** Puts a wire between a server and those who use the kubeconfig. */
export async function behindWire(api: ApiUnderTest): Promise<CutOffApi> {
  const config = JSON.parse(readFileSync(api.kubeconfig, "utf8")) as {
    clusters: { cluster: { server: string } }[];
  };
  const { cluster } = config.clusters[0] ?? { cluster: { server: "" } };
  const { port: behind } = new URL(cluster.server);
  const sockets = new Set<Socket>();
  const open = async (port: number): Promise<Server> => {
    const listening = createServer((caller) => {
      const called = connect(Number(behind), "127.0.0.1");
      for (const [from, to] of [
        [caller, called],
        [called, caller],
      ] as const) {
        sockets.add(from);
        from
          .on("error", () => {})
          .on("close", () => {
            sockets.delete(from);
            to.destroy();
          });
        from.pipe(to);
      }
    }).listen(port, "127.0.0.1");
    await once(listening, "listening");
    return listening;
  };
  let wire = await open(0);
  const { port } = wire.address() as { port: number };
  const directory = mkdtempSync(join(tmpdir(), "countersign-wire-"));
  const kubeconfig = join(directory, "kubeconfig");
  cluster.server = `https://127.0.0.1:${port}`;
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => wire.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    client: api.client,
    kubeconfig,
    cut,
    restore: async () => {
      wire = await open(port);
    },
    [Symbol.asyncDispose]: async () => {
      if (wire.listening) await cut();
      rmSync(directory, { recursive: true });
      await api[Symbol.asyncDispose]();
    },
  };
}

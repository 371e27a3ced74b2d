import { join } from "node:path";
import { type Countersign, residentMiB, startCountersign } from "../processes.ts";
import type { BenchContext, Row } from "../table.ts";

/** Writes that are under way at once while the data directory is filled. */
const CONCURRENT = 32;
/** Of each namespace; the controller makes another one, `default`. */
const ACCOUNTS_PER_NAMESPACE = 9;
/** Until informers have read everything and memory has settled. */
const SETTLE_MS = 8_000;

/** Start and memory of a server that holds a fleet: ten accounts in each of many namespaces. */
export async function measureFleet(context: BenchContext): Promise<readonly Row[]> {
  const dataDir = join(context.scratch, "fleet");
  const filling = await startCountersign(dataDir);
  await fill(filling, context.fleetNamespaces);
  await filling.stop();

  const startedAt = performance.now();
  const server = await startCountersign(dataDir);
  const readyMs = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const residence = residentMiB(server.process.pid);
  await server.stop();
  const accounts = context.fleetNamespaces * (ACCOUNTS_PER_NAMESPACE + 1);
  return [
    {
      name: `ready with ${accounts} accounts`,
      measured: `${readyMs.toFixed(0)} ms`,
      floor: "",
      bound: "≤ 3000 ms",
      met: readyMs <= 3_000,
    },
    {
      name: `memory with ${accounts} accounts`,
      measured: `${residence.toFixed(0)} MiB`,
      floor: "",
      bound: "≤ 450 MiB",
      met: residence <= 450,
    },
  ];
}

async function fill(server: Countersign, namespaces: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < namespaces) {
      const namespace = `team-${next++}`;
      await server.call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      for (let index = 0; index < ACCOUNTS_PER_NAMESPACE; index++) {
        const metadata = { name: `service-${index}`, labels: { app: `service-${index}` } };
        await server.call("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  // The controllers follow: the last namespace has what every one has.
  const last = `/api/v1/namespaces/team-${namespaces - 1}`;
  for (const path of ["serviceaccounts/default", "configmaps/kube-root-ca.crt"]) {
    await untilThere(server, `${last}/${path}`);
  }
}

async function untilThere(server: Countersign, path: string): Promise<void> {
  for (;;) {
    try {
      await server.call("GET", path);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

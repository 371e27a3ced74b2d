import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { loadHttp1, median } from "../load.ts";
import { startCountersign } from "../processes.ts";
import { type BenchContext, formatRate, type Row } from "../table.ts";
import { NAMESPACE, prepareAccount } from "./accounts.ts";
import { benchPod } from "./lists.ts";

/** Milliseconds of one fsync after a small write, the median of 50. */
function fsyncMs(scratch: string): number {
  const file = openSync(join(scratch, "fsync"), "w");
  const times: number[] = [];
  for (let index = 0; index < 50; index++) {
    const startedAt = performance.now();
    writeSync(file, "x".repeat(4096));
    fsyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  return median(times);
}

/** A scheduler writes twice about every pod that it finds no node for, and here there is none. */
const WITHOUT_SCHEDULER = "--controllers=*,-scheduler";

/** Objects created a second, each on the disk before it is answered. */
export async function measureCreates(context: BenchContext): Promise<readonly Row[]> {
  const server = await startCountersign(join(context.scratch, "creates"), WITHOUT_SCHEDULER);
  try {
    const token = await prepareAccount(server);
    const fsync = fsyncMs(context.scratch);
    const measure = async (resource: string, body: unknown): Promise<number> => {
      const rates: number[] = [];
      for (let round = 0; round < Math.min(3, context.rounds); round++) {
        const result = await loadHttp1(
          {
            origin: server.origin,
            path: `/api/v1/namespaces/${NAMESPACE}/${resource}`,
            method: "POST",
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body: JSON.stringify(body),
          },
          { connections: 64, seconds: context.seconds, scratch: context.scratch },
        );
        if (result.failures > 0) throw new Error(`${result.failures} creates failed`);
        rates.push(result.requestsPerSecond);
      }
      return median(rates);
    };
    const accounts = await measure("serviceaccounts", { metadata: { generateName: "a-" } });
    const { name: _name, ...metadata } = benchPod("x").metadata as Record<string, unknown>;
    const pod = { ...benchPod("x"), metadata: { ...metadata, generateName: "p-" } };
    const pods = await measure("pods", pod);
    const floor = `fsync ${fsync.toFixed(2)} ms`;
    return [
      createRow("accounts created, durable, 64 connections", accounts, 8_000, floor),
      createRow("pods created, durable, 64 connections, no scheduler", pods, 4_000, floor),
    ];
  } finally {
    await server.stop();
  }
}

function createRow(name: string, rate: number, atLeast: number, floor: string): Row {
  return {
    name,
    measured: `${formatRate(rate)}/s`,
    floor,
    bound: `≥ ${formatRate(atLeast)}/s`,
    met: rate >= atLeast,
  };
}

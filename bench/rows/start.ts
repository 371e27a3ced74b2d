import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { median } from "../load.ts";
import { residentMiB, startCountersign } from "../processes.ts";
import type { BenchContext, Row } from "../table.ts";

/** Until memory has settled after the start. */
const SETTLE_MS = 5_000;

/** Time from the start of the process to its ready line, more than `node -e 0`; and idle memory. */
export async function measureStart(context: BenchContext): Promise<readonly Row[]> {
  const dataDir = join(context.scratch, "start");
  const bare: number[] = [];
  const fresh: number[] = [];
  const existing: number[] = [];
  let idle = 0;
  for (let round = 0; round < context.rounds + 1; round++) {
    bare.push(timeSync(() => execFileSync(process.execPath, ["-e", "0"])));
    rmSync(dataDir, { recursive: true, force: true });
    fresh.push(await timeStart(dataDir));
    existing.push(await timeStart(dataDir));
  }
  const server = await startCountersign(dataDir);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  idle = residentMiB(server.process.pid);
  await server.stop();
  const floor = median(bare);
  return [
    startRow("ready, existing data directory", median(existing) - floor, floor, 250),
    startRow("ready, new data directory", median(fresh) - floor, floor, 400),
    {
      name: "idle memory",
      measured: `${idle.toFixed(0)} MiB`,
      floor: "",
      bound: "≤ 110 MiB",
      met: idle <= 110,
    },
  ];
}

function timeSync(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

async function timeStart(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const server = await startCountersign(dataDir);
  const ms = performance.now() - startedAt;
  await server.stop();
  return ms;
}

function startRow(name: string, ms: number, floor: number, atMost: number): Row {
  return {
    name,
    measured: `+${ms.toFixed(0)} ms`,
    floor: `node -e 0: ${floor.toFixed(0)} ms`,
    bound: `≤ +${atMost} ms`,
    met: ms <= atMost,
  };
}

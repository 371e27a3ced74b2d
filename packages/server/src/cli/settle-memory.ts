import { memoryUsage, threadCpuUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How often to look whether the process has come to rest, and for how long to go on looking. */
const LOOK_EVERY_MS = 1_000;
const LOOKS = 60;
/** Work of this thread between two looks that counts as rest. */
const RESTING_CPU_MICROSECONDS = 20_000;
/** Collecting a larger heap would take longer than a request may wait. */
const LARGEST_HEAP_BYTES = 48 * 1024 * 1024;

/** How long a burst must be over; probes of a hundred pods may go on meanwhile. */
const CALM_MS = 5_000;
const CALM_CPU_MICROSECONDS = 500_000;
/** Work that is worth a collection, which takes a tenth of it. */
const BURST_CPU_MICROSECONDS = 500_000;

type CollectGarbage = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

/**
 * Gives back, once, what the start has left behind, about 15 MiB: V8 does so only when it allocates,
 * and a server without requests does not. Waits until the process is at rest, since it takes 60 ms.
 */
export function settleMemoryAtRest(): void {
  let before = cpuMicroseconds();
  let looks = 0;
  const timer = setInterval(() => {
    const now = cpuMicroseconds();
    const isAtRest = now - before < RESTING_CPU_MICROSECONDS;
    before = now;
    looks++;
    if (isAtRest && memoryUsage().heapUsed < LARGEST_HEAP_BYTES) collectGarbage();
    else if (looks < LOOKS) return;
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The same for a process whose work comes in bursts, as pods do: after each of them. */
export function settleMemoryAfterWork(): void {
  let before = cpuMicroseconds();
  let collectedAt = 0;
  setInterval(() => {
    const now = cpuMicroseconds();
    const isAtRest = now - before < CALM_CPU_MICROSECONDS;
    before = now;
    const worked = now - collectedAt > BURST_CPU_MICROSECONDS;
    if (!worked || !isAtRest || memoryUsage().heapUsed >= LARGEST_HEAP_BYTES) return;
    collectGarbage();
    before = cpuMicroseconds();
    collectedAt = before;
  }, CALM_MS).unref();
}

function cpuMicroseconds(): number {
  const { user, system } = threadCpuUsage();
  return user + system;
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as CollectGarbage;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}

import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

/**
 * A process of a pod that wants to see more of the host than its volume: swaps `volume/swap` between
 * a directory and a link to `outside`, as fast as it can.
 */
interface SwapperData {
  readonly volume: string;
  readonly outside: string;
  /** Swaps so far; and, set from outside, whether to stop. */
  readonly state: Int32Array;
}

const { volume, outside, state } = workerData as SwapperData;
const swap = join(volume, "swap");
const [directory, link] = [join(volume, "directory"), join(volume, "link")];
mkdirSync(join(directory, "inner"), { recursive: true });
symlinkSync(outside, link);
renameSync(directory, swap);
parentPort?.postMessage("swapping");
/** Moves over whatever has been made at the target meanwhile. */
function move(from: string, to: string): void {
  for (;;) {
    try {
      rmSync(to, { recursive: true, force: true });
      renameSync(from, to);
      return;
    } catch {
      // Made anew in between.
    }
  }
}

while (Atomics.load(state, 1) === 0) {
  renameSync(swap, directory);
  move(link, swap);
  renameSync(swap, link);
  move(directory, swap);
  Atomics.add(state, 0, 1);
}
parentPort?.postMessage("done");

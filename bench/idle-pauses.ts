/**
 * A process that does nothing but look how long its event loop was held up: by the machine, since there is
 * nothing else. Each line on its standard input is answered with the longest pause since the last
 * one, in milliseconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";

const RESOLUTION_MS = 10;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
createInterface(process.stdin).on("line", () => {
  process.stdout.write(`${delays.max / 1e6 - RESOLUTION_MS}\n`);
  delays.reset();
});

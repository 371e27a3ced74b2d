/**
 * Loaded into a server before its own code: the pauses of its event loop by the clock of its thread's
 * own work, which stands still while the machine lets others run. Each message is answered with the
 * longest since the last one, in milliseconds.
 */
import { threadCpuUsage } from "node:process";

const LOOK_MS = 10;

function cpuMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

let before = cpuMs();
let longestMs = 0;
setInterval(() => {
  const now = cpuMs();
  // Between two looks without a pause the thread has worked for LOOK_MS at most.
  longestMs = Math.max(longestMs, now - before - LOOK_MS);
  before = now;
}, LOOK_MS).unref();

process.on("message", () => {
  process.send?.(longestMs);
  longestMs = 0;
});
process.channel?.unref();

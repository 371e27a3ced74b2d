/** Loaded into the agent of `soak-agent.ts`: says, after a collection, what it holds, when it is asked with SIGUSR2. */
import { readdirSync, writeSync } from "node:fs";

process.on("SIGUSR2", () => {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, external } = process.memoryUsage();
  const descriptors = readdirSync("/proc/self/fd").length;
  writeSync(2, `held ${JSON.stringify({ used: heapUsed + external, descriptors })}\n`);
});

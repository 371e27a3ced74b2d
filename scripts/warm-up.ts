/**
 * Starts the server that `scripts/build.ts` has built once, and stops it, so that the code that V8
 * compiles for a start is in its cache before somebody waits for one. Nothing depends on it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN: string = fileURLToPath(
  new URL("../packages/server/bin/countersign.js", import.meta.url),
);
const LONGEST_MS = 10_000;

const dataDir: string = mkdtempSync(join(tmpdir(), "countersign-warm-up-"));
const args = ["up", "--data-dir", dataDir, "--secure-port=0", "--no-node"];
// Twice: a start on an existing data directory runs other code than the first one.
for (let run = 0; run < 2; run++) await startAndStop();
rmSync(dataDir, { recursive: true, force: true });

async function startAndStop(): Promise<void> {
  const server = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const tooLong = setTimeout(() => server.kill("SIGKILL"), LONGEST_MS);
  server.stdout.once("data", () => server.kill("SIGTERM"));
  await new Promise((resolve) => server.once("close", resolve));
  clearTimeout(tooLong);
}

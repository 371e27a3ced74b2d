import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { RuntimeHarness } from "../pod-runtime.fixture.ts";
import { createProcessRuntime, type ProcessRuntimeOptions } from "./create-process-runtime.ts";

/** Whether this machine can run pods at all; on one of ours that is taken for granted. */
export const canRunPods: boolean = process.env.CI === "true" || (await tryOut());

async function tryOut(): Promise<boolean> {
  try {
    const harness = await processHarness();
    await harness.close();
    return true;
  } catch {
    return false;
  }
}

/** A process runtime in a directory of its own. */
export async function processHarness(
  overrides: Partial<ProcessRuntimeOptions> = {},
): Promise<RuntimeHarness> {
  const directory = mkdtempSync(join(tmpdir(), "process-runtime-"));
  const open = () =>
    createProcessRuntime({
      stateDirectory: join(directory, "state"),
      clock: realClock,
      random: systemRandom,
      logger: silentLogger,
      addresses: () => ["127.0.0.1"],
      ...overrides,
    });
  const harness: RuntimeHarness = {
    runtime: await open(),
    image: "host",
    directory,
    containersSurvive: false,
    ownHostname: true,
    killsCommands: true,
    otherUsers: process.geteuid?.() === 0 && overrides.userNamespace !== true,
    async restart() {
      await harness.runtime[Symbol.asyncDispose]();
      harness.runtime = await open();
    },
    async close() {
      await harness.runtime[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return harness;
}

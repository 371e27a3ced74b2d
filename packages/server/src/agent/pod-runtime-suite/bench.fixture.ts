import { afterAll, beforeAll } from "vitest";
import { type RuntimeHarness, RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { RuntimeError, type RuntimeErrorCode } from "../pod-runtime.ts";

/** A server behind a runtime takes its time on a busy machine. */
const HOOK_TIMEOUT_MS = 60_000;

/** The bench of the tests of one block: there is one from their start to their end. */
export type Bench = () => RuntimeWorkbench;

export function benchFor(make: () => Promise<RuntimeHarness>): Bench {
  let bench: RuntimeWorkbench | undefined;
  beforeAll(async () => {
    bench = new RuntimeWorkbench(await make());
  }, HOOK_TIMEOUT_MS);
  afterAll(async () => {
    await bench?.harness.close();
  }, HOOK_TIMEOUT_MS);
  return () => {
    if (bench === undefined) throw new Error("no runtime");
    return bench;
  };
}

export async function codeOf(promise: Promise<unknown>): Promise<RuntimeErrorCode | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof RuntimeError) return error.code;
    throw error;
  }
}

/** A pod with a container that does nothing. */
export async function sleeping(
  bench: Bench,
): Promise<{ readonly id: string; done(): Promise<void> }> {
  const pod = await bench().pod();
  const id = await bench().start(pod, { command: ["sleep", "1000"] });
  return { id, done: () => bench().runtime.removePod(pod.id) };
}

import type { PodRuntime } from "../pod-runtime.ts";

/** A runtime that says nothing for so long is down. @see kubernetes pkg/kubelet/kubelet.go (maxWaitForContainerRuntime) */
const LONGEST_ANSWER_MS = 30_000;

/** Why pods cannot run, in a kubelet's words; empty when they can. */
export async function runtimeProblems(
  runtime: Pick<PodRuntime, "list" | "problems">,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<readonly string[]> {
  const answered = new AbortController();
  const late = sleep(LONGEST_ANSWER_MS, answered.signal).then(() => ["container runtime is down"]);
  try {
    return await Promise.race([ask(runtime), late]);
  } finally {
    answered.abort();
  }
}

async function ask(runtime: Pick<PodRuntime, "list" | "problems">): Promise<readonly string[]> {
  try {
    await runtime.list();
    return (await runtime.problems?.()) ?? [];
  } catch (error) {
    return [`container runtime is down: ${messageOf(error)}`];
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

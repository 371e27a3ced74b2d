import type { PodRuntime } from "../pod-runtime.ts";

/** Output beyond this is cut off: what asks for so much takes exec. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs a command to its end and gives what it wrote, output before errors.
 * @throws RuntimeError; Error when its exit code is not 0
 * @see kubernetes staging/src/k8s.io/cri-client/pkg/remote_runtime.go (ExecSync)
 */
export async function runCommand(
  runtime: Pick<PodRuntime, "exec">,
  containerId: string,
  command: readonly string[],
): Promise<Buffer> {
  const process = await runtime.exec(containerId, { command, stdin: false, tty: false });
  const [stdout, stderr, { exitCode }] = await Promise.all([
    collect(process.stdout),
    collect(process.stderr),
    process.ended,
  ]);
  if (exitCode === 0) return Buffer.concat([stdout, stderr]);
  const text = `command '${command.join(" ")}' exited with ${exitCode}: ${stderr.toString()}`;
  throw new Error(text);
}

async function collect(output: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of output) {
    const kept = chunk.subarray(0, MAX_OUTPUT_BYTES - length);
    length += kept.length;
    if (kept.length > 0) chunks.push(kept);
  }
  return Buffer.concat(chunks);
}

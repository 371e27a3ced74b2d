import type { Clock } from "../../runtime/clock.ts";
import type { PodRuntime } from "../pod-runtime.ts";

export interface CommandRequest {
  readonly containerId: string;
  readonly command: readonly string[];
  /** It is ended after so long; absent: never. */
  readonly timeoutMs?: number;
  /** So much of its output is kept. */
  readonly maxBytes: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface CommandResult {
  readonly exitCode: number;
  /** Of both outputs, as it came. */
  readonly output: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a command in a container to its end. What it prints beyond the bound is read and dropped.
 * @throws RuntimeError when it cannot be run
 */
export async function runInContainer(
  runtime: PodRuntime,
  clock: Clock,
  request: CommandRequest,
): Promise<CommandResult> {
  const { containerId, command, timeoutMs, maxBytes, signal } = request;
  const process = await runtime.exec(containerId, { command, stdin: false, tty: false });
  let timedOut = false;
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : clock.after(timeoutMs, () => {
          timedOut = true;
          process.kill();
        });
  const kill = (): void => process.kill();
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  const all = new BoundedText(maxBytes);
  const errors = new BoundedText(maxBytes);
  try {
    const [{ exitCode }] = await Promise.all([
      process.ended,
      collect(process.stdout, [all]),
      collect(process.stderr, [all, errors]),
    ]);
    return { exitCode, output: all.text, stderr: errors.text, timedOut };
  } finally {
    cancel();
    signal.removeEventListener("abort", kill);
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  into: readonly BoundedText[],
): Promise<void> {
  for await (const chunk of stream) for (const text of into) text.add(chunk);
}

class BoundedText {
  readonly #chunks: Uint8Array[] = [];
  #free: number;

  constructor(maxBytes: number) {
    this.#free = maxBytes;
  }

  add(chunk: Uint8Array): void {
    if (this.#free === 0) return;
    const kept = chunk.subarray(0, this.#free);
    this.#free -= kept.byteLength;
    this.#chunks.push(kept);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

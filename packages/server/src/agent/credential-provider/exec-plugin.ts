import { type ChildProcess, spawn } from "node:child_process";
import type { Clock } from "../../runtime/clock.ts";

export interface PluginCommand {
  /** In messages. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: string;
}

/** A program that did not do what it was started for. */
export class PluginError extends Error {
  /** What it wrote to standard error. */
  readonly stderr: string;

  constructor(message: string, stderr: string) {
    super(message);
    this.name = "PluginError";
    this.stderr = stderr;
  }
}

/** @see kubernetes pkg/credentialprovider/plugin/plugin.go (ExecPlugin) */
const TIMEOUT_MS = 60_000;
/** Credentials take some kilobytes: a program that writes without end is none that knows them. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_STDERR_BYTES = 16 * 1024;

/**
 * Runs a program to its end, with all that it starts.
 * @returns what it wrote to standard output
 * @throws PluginError with the words of Go's `os/exec`
 */
export async function runPlugin(
  command: PluginCommand,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string> {
  const child = spawn(command.path, command.args, {
    env: command.environment,
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, which is ended as one.
    detached: true,
  });
  const output = new PluginOutput(child);
  let problem: string | undefined;
  const end = (why: string): void => {
    problem ??= why;
    endGroup(child);
  };
  output.onTooMuch(() => end("too much output"));
  const cancel = clock.after(TIMEOUT_MS, () => end("context deadline exceeded"));
  const abort = (): void => end("context canceled");
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    const failure = await ending(child, command.stdin);
    problem ??= failure;
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
  if (problem === undefined) return output.stdout;
  throw new PluginError(problem, output.stderr);
}

/** @returns why it failed, when it has ended and its streams have */
function ending(child: ChildProcess, stdin: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(startProblem(child, error)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else
        resolve(
          code === null ? `signal: ${SIGNALS[signal ?? ""] ?? signal}` : `exit status ${code}`,
        );
    });
    // Who has answered need not have read.
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
  });
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGSEGV: "segmentation fault",
  SIGABRT: "aborted",
  SIGINT: "interrupt",
  SIGPIPE: "broken pipe",
};

const START_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  ENOEXEC: "exec format error",
};

function startProblem(child: ChildProcess, { code = "", message }: NodeJS.ErrnoException): string {
  return `fork/exec ${child.spawnfile}: ${START_PROBLEMS[code] ?? message}`;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Keeps what a program writes, up to a bound. */
class PluginOutput {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #stderr = "";
  #tooMuch: () => void = () => {};

  constructor({ stdout, stderr }: ChildProcess) {
    stdout?.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > MAX_OUTPUT_BYTES) this.#tooMuch();
      else this.#chunks.push(chunk);
    });
    stderr?.on("data", (chunk: Buffer) => {
      if (this.#stderr.length < MAX_STDERR_BYTES) this.#stderr += chunk.toString();
    });
  }

  onTooMuch(listener: () => void): void {
    this.#tooMuch = listener;
  }

  get stdout(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  get stderr(): string {
    return this.#stderr.slice(0, MAX_STDERR_BYTES);
  }
}

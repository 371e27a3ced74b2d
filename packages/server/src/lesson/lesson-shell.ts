import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Random } from "../runtime/random.ts";

/** What a command printed, on both of its outputs in the order of writing, and how it ended. */
export interface CommandResult {
  readonly output: string;
  readonly exitCode: number;
}

export interface LessonShellOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where commands are run. */
  readonly directory: string;
  readonly random: Random;
  /** A command that has not ended by then ends the lesson. */
  readonly timeoutMs: number;
}

/** Output that no command of a lesson should exceed. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** One shell for all commands of a lesson: variables, functions and jobs in the background stay. */
export class LessonShell implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #mark: string;
  readonly #timeoutMs: number;
  readonly #ended: Promise<unknown>;
  #output = "";
  #onOutput: (() => void) | undefined;

  constructor({ environment, directory, random, timeoutMs }: LessonShellOptions) {
    this.#mark = `end-of-command-${random.uuid()}`;
    this.#timeoutMs = timeoutMs;
    // A process group of its own, so that what runs in the background ends with it.
    this.#child = spawn("sh", ["-c", "exec 2>&1; exec sh"], {
      cwd: directory,
      env: environment as NodeJS.ProcessEnv,
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    this.#ended = once(this.#child, "exit");
    this.#child.stdin?.on("error", () => {});
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output = (this.#output + text).slice(-MAX_OUTPUT_BYTES);
      this.#onOutput?.();
    });
    this.#child.on("exit", () => this.#onOutput?.());
  }

  /** @throws Error when the shell has ended or the command does not */
  async run(command: string): Promise<CommandResult> {
    this.#output = "";
    // The command in a group, so that a syntax error or a read of its input cannot swallow the mark.
    this.#child.stdin?.write(`{ ${command}\n} </dev/null\nprintf '\\n%s %s\\n' ${this.#mark} $?\n`);
    const pattern = new RegExp(`\\n${this.#mark} (\\d+)\\n`);
    const found = await this.#until(() => pattern.exec(this.#output));
    if (found === null) throw new Error(`the shell ended during: ${command}`);
    const output = this.#output.slice(0, found.index).replace(/\n$/, "");
    return { output, exitCode: Number(found[1]) };
  }

  #until(look: () => RegExpExecArray | null): Promise<RegExpExecArray | null> {
    return new Promise((resolve, reject) => {
      const late = AbortSignal.timeout(this.#timeoutMs);
      const finish = (): void => {
        this.#onOutput = undefined;
        late.removeEventListener("abort", onLate);
      };
      const onLate = (): void => {
        finish();
        reject(new Error(`no end after ${this.#timeoutMs / 1000} s; so far: ${this.#output}`));
      };
      const check = (): void => {
        const found = look();
        if (found === null && this.#child.exitCode === null) return;
        finish();
        resolve(found);
      };
      late.addEventListener("abort", onLate);
      this.#onOutput = check;
      check();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode } = this.#child;
    if (exitCode === null && pid !== undefined) process.kill(-pid, "SIGKILL");
    await this.#ended;
  }
}

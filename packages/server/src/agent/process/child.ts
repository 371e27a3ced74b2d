import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { RuntimeError } from "../pod-runtime.ts";
import { STDERR_FD } from "./setup-script.ts";
import { ZERO_BYTE } from "./shell-text.ts";

export interface ChildOptions {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Descriptors are closed here once the process has them. */
  readonly stdin: "ignore" | "pipe" | number;
  readonly stdout: "ignore" | number;
  readonly stderr: "ignore" | number;
  /** Of `inheritedDescriptors`. */
  readonly inherited: readonly number[];
}

/**
 * Descriptors that whoever started this process left open for every process to come. They are no
 * business of a container, and could lead it to the host.
 */
export function inheritedDescriptors(): readonly number[] {
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((fd) => fd > 2 && !closesOnExec(fd));
}

/** @see linux include/uapi/asm-generic/fcntl.h (O_CLOEXEC), in octal */
const CLOSE_ON_EXEC = 0o2000000;

function closesOnExec(fd: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
    const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    // It was that of the directory itself.
    return true;
  }
}

/** What a process is given: 0 to 2, its container's standard error at 4, and nothing of what is inherited. */
function descriptors(
  { stdin, stdout, stderr, inherited }: ChildOptions,
  nothing: number,
): StdioOptions {
  const stdio: ("ignore" | "pipe" | number)[] = [stdin, stdout, "pipe"];
  for (let fd = stdio.length; fd <= Math.max(STDERR_FD, ...inherited); fd++) {
    // At these places "ignore" leaves things as they are.
    stdio.push(inherited.includes(fd) ? nothing : "ignore");
  }
  if (stderr !== "ignore") stdio[STDERR_FD] = stderr;
  return stdio;
}

/** What a process tells of its start: its id on the host, and that it has become the command. */
export interface StartReport {
  readonly pid: number | undefined;
  readonly started: boolean;
  /** What was written beside it: why it did not come to that. */
  readonly text: string;
}

/**
 * A process of the runtime's that becomes a pod or a container, or leads into one. It has a session of
 * its own: what a terminal sends to the agent is not meant for it.
 */
export class Child {
  readonly process: ChildProcess;
  /** 128 + n after signal n. */
  readonly exited: Promise<number>;
  readonly #status: Readable;
  #text = "";
  #closed = false;
  #onStatus: () => void = () => {};

  /**
   * @throws RuntimeError `start-failed` for what no process can be given, `unavailable` when the system
   *   has no room for another
   */
  constructor(options: ChildOptions) {
    const { file, parameters, environment, stdin, stdout, stderr } = options;
    let nothing: number | undefined;
    try {
      nothing = openSync("/dev/null", "r+");
      this.process = spawn(file, [...parameters], {
        env: environment,
        cwd: "/",
        detached: true,
        // What the container's standard error is, its command learns last of all.
        stdio: descriptors(options, nothing),
      });
    } catch (error) {
      throw spawnError(error, file);
    } finally {
      for (const each of [stdin, stdout, stderr, nothing]) {
        if (typeof each === "number") closeSync(each);
      }
    }
    this.exited = new Promise((resolve) => {
      this.process.once("exit", (code, signal) => resolve(exitCodeOf(code, signal)));
      // It never ran: too many processes, or the program has gone.
      this.process.once("error", (error) => {
        this.#text += `error ${error.message}\n`;
        this.#finishReport();
        resolve(255);
      });
    });
    this.#status = this.process.stderr as Readable;
    this.#read();
  }

  #read(): void {
    this.#status.setEncoding("utf8");
    this.#status.on("data", (text: string) => {
      if (this.#text.length < MAX_REPORT) this.#text += text;
      this.#onStatus();
    });
    this.#status.once("close", () => this.#finishReport());
    this.#status.on("error", () => {});
  }

  #finishReport(): void {
    this.#closed = true;
    this.#onStatus();
  }

  /** Resolves when the report says `word`, or when there will be no more of it. */
  async report(word: "pid" | "started"): Promise<StartReport> {
    await new Promise<void>((resolve) => {
      this.#onStatus = () => {
        const { pid, started } = parseReport(this.#text);
        if (this.#closed || (word === "pid" ? pid !== undefined : started)) resolve();
      };
      this.#onStatus();
    });
    this.#onStatus = () => {};
    return parseReport(this.#text);
  }

  /** Reads no more of the report. */
  silence(): void {
    this.#status.destroy();
  }
}

/** Says nothing of what the process was to be given: there may be secrets in it. */
function spawnError(error: unknown, file: string): RuntimeError {
  const { code = "unknown error" } = error as NodeJS.ErrnoException;
  if (code === "ERR_INVALID_ARG_VALUE") return new RuntimeError("start-failed", ZERO_BYTE);
  if (code === "E2BIG") return new RuntimeError("start-failed", "argument list too long");
  return new RuntimeError("unavailable", `cannot start ${file}: ${code}`);
}

/** More is no report of ours. */
const MAX_REPORT = 16 * 1024;

export function parseReport(text: string): StartReport {
  const lines = text.split("\n");
  // The last piece has no end yet.
  const whole = lines.slice(0, -1);
  const pid = whole.find((line) => /^pid \d+$/.test(line));
  return {
    pid: pid === undefined ? undefined : Number(pid.slice("pid ".length)),
    started: whole.includes("started"),
    text: lines
      .filter((line) => line !== "" && line !== "started" && line !== pid)
      .map((line) => line.replace(/^error /, ""))
      .join("; "),
  };
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal === null ? 255 : 128 + constants.signals[signal]);
}

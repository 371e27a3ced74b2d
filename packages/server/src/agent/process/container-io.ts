import type { Socket } from "node:net";
import type { AttachRequest, ContainerConfig, ContainerProcess } from "../pod-runtime.ts";
import type { ChildOptions } from "./child.ts";
import type { ContainerLog } from "./container-log.ts";
import { OutputHub } from "./output-hub.ts";
import { closePipe, type Pipes, type ProcessPipe } from "./pipes.ts";

/** The standard streams of a container: into its log, and to and from those who attach to it. */
export class ContainerIo {
  readonly #stdin: ProcessPipe | undefined;
  readonly #outputs: { readonly stdout: ProcessPipe; readonly stderr: ProcessPipe | undefined };
  readonly #hubs = { stdout: new OutputHub(), stderr: new OutputHub() };
  readonly #stdinOnce: boolean;

  private constructor(
    stdin: ProcessPipe | undefined,
    outputs: { readonly stdout: ProcessPipe; readonly stderr: ProcessPipe | undefined },
    stdinOnce: boolean,
  ) {
    this.#stdin = stdin;
    this.#outputs = outputs;
    this.#stdinOnce = stdinOnce;
    for (const pipe of [stdin, outputs.stdout, outputs.stderr]) pipe?.stream.on("error", () => {});
  }

  /** @param owner - Who may open them by name. */
  static async open(
    pipes: Pipes,
    { stdin, stdinOnce, tty }: Pick<ContainerConfig, "stdin" | "stdinOnce" | "tty">,
    owner: { readonly uid: number; readonly gid: number } | undefined,
  ): Promise<ContainerIo> {
    using opened = new DisposableStack();
    const input = stdin ? opened.adopt(await pipes.forInput(owner), closePipe) : undefined;
    const stdout = opened.adopt(await pipes.forOutput(owner), closePipe);
    // A terminal has one output.
    const stderr = tty ? undefined : opened.adopt(await pipes.forOutput(owner), closePipe);
    opened.move();
    return new ContainerIo(input, { stdout, stderr }, stdinOnce);
  }

  /** Descriptors for the process, which are closed once it has them. */
  get stdio(): Pick<ChildOptions, "stdin" | "stdout" | "stderr"> {
    const { stdout, stderr } = this.#outputs;
    return {
      stdin: this.#stdin?.fd ?? "ignore",
      stdout: stdout.fd,
      stderr: stderr?.fd ?? "ignore",
    };
  }

  /** Resolves when both outputs have ended and all of it is in the log. */
  async pump(log: ContainerLog, onLogError: (error: unknown) => void): Promise<void> {
    const { stdout, stderr } = this.#outputs;
    await Promise.all([
      this.#pumpOne("stdout", stdout.stream, log, onLogError),
      ...(stderr === undefined ? [] : [this.#pumpOne("stderr", stderr.stream, log, onLogError)]),
    ]);
  }

  async #pumpOne(
    name: "stdout" | "stderr",
    stream: Socket,
    log: ContainerLog,
    onLogError: (error: unknown) => void,
  ): Promise<void> {
    const hub = this.#hubs[name];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        // A full disk is no reason to stop the container.
        await log.write(name, chunk).catch(onLogError);
        await hub.push(chunk);
      }
      await log.end(name).catch(onLogError);
    } catch {
      // Closed from this side.
    } finally {
      hub.end();
    }
  }

  /** @param ended - Of the container. */
  attach(
    request: AttachRequest,
    resize: ContainerProcess["resize"],
    ended: Promise<{ readonly exitCode: number }>,
  ): ContainerProcess {
    const stdout = this.#hubs.stdout.listen();
    const stderr = this.#hubs.stderr.listen();
    if (this.#outputs.stderr === undefined) stderr.leave();
    const stdin = request.stdin ? this.#stdin?.stream : undefined;
    return {
      stdin: {
        write: (bytes) => writeTo(stdin, bytes),
        end: () => {
          if (this.#stdinOnce) stdin?.end();
        },
      },
      stdout,
      stderr,
      resize,
      ended,
      kill: () => {
        stdout.leave();
        stderr.leave();
      },
    };
  }

  /** Lets go of everything, whoever may still hold the other ends. */
  close(): void {
    this.#stdin?.stream.destroy();
    this.#outputs.stdout.stream.destroy();
    this.#outputs.stderr?.stream.destroy();
    this.#hubs.stdout.end();
    this.#hubs.stderr.end();
  }
}

/** Resolves when the process has room for more; what it does not want any more is dropped. */
export function writeTo(stream: Socket | undefined, bytes: Uint8Array): Promise<void> {
  if (stream === undefined || !stream.writable) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write(bytes, () => resolve());
  });
}

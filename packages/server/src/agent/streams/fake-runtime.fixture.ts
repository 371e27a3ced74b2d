import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import {
  type AttachRequest,
  type ByteStream,
  type ContainerProcess,
  type ExecRequest,
  RuntimeError,
} from "../pod-runtime.ts";
import { ByteQueue } from "./byte-queue.ts";
import { socketStream, writeSocket } from "./socket-stream.ts";

/** A process that a test plays itself: what it wrote is what the test pushes. */
export interface PlayedProcess {
  readonly request: ExecRequest;
  readonly stdin: ByteQueue;
  readonly stdout: ByteQueue;
  readonly stderr: ByteQueue;
  readonly sizes: (readonly [columns: number, rows: number])[];
  killed: boolean;
  /** Ends its outputs and itself. */
  exit(exitCode: number): void;
}

const QUEUE_BYTES = 64 * 1024;

/**
 * A runtime whose containers are this machine: exec runs a real process of the host, attach joins a
 * process that a test plays, and ports are those of the loopback interface.
 */
export class FakeRuntime {
  /** Every process that attach joined, and exec started by the name `played`. */
  readonly played: PlayedProcess[] = [];
  readonly #listeners = new Set<(podUid: string) => void>();

  async exec(_containerId: string, request: ExecRequest): Promise<ContainerProcess> {
    return request.command[0] === "played" ? this.#play(request) : await startHostProcess(request);
  }

  async attach(_containerId: string, request: AttachRequest): Promise<ContainerProcess> {
    return this.#play({ ...request, command: [] });
  }

  async connect(_podId: string, port: number): Promise<ByteStream> {
    const socket = createConnection({ port, host: "127.0.0.1", allowHalfOpen: true });
    try {
      await once(socket, "connect");
    } catch (cause) {
      const text = `failed to connect to localhost:${port}: connection refused`;
      throw new RuntimeError("connect-failed", text, { cause });
    }
    return socketStream(socket);
  }

  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(podUid: string): void {
    for (const listener of this.#listeners) listener(podUid);
  }

  /** Who listens to changes. */
  get listeners(): number {
    return this.#listeners.size;
  }

  #play(request: ExecRequest): ContainerProcess {
    const { promise, resolve } = Promise.withResolvers<{ readonly exitCode: number }>();
    const played: PlayedProcess = {
      request,
      stdin: new ByteQueue(QUEUE_BYTES),
      stdout: new ByteQueue(QUEUE_BYTES),
      stderr: new ByteQueue(QUEUE_BYTES),
      sizes: [],
      killed: false,
      exit: (exitCode) => {
        played.stdout.end();
        played.stderr.end();
        resolve({ exitCode });
      },
    };
    this.played.push(played);
    return {
      stdin: {
        write: async (bytes) => {
          await played.stdin.push(bytes);
        },
        end: () => played.stdin.end(),
      },
      stdout: played.stdout,
      stderr: played.stderr,
      resize: (columns, rows) => {
        played.sizes.push([columns, rows]);
      },
      ended: promise,
      kill: () => {
        played.killed = true;
        played.exit(137);
      },
    };
  }
}

/** Signals and what Node calls them; more than these nobody here dies of. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** A terminal is made by `script`, where one is asked for. */
async function startHostProcess({ command, tty }: ExecRequest): Promise<ContainerProcess> {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const [program = "", ...args] = tty ? ["script", "-qefc", quoted, "/dev/null"] : command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<{ readonly exitCode: number }>();
  child.once("spawn", started.resolve);
  child.once("error", () => {
    const text = `exec: "${program}": executable file not found in $PATH`;
    started.reject(new RuntimeError("start-failed", text));
  });
  child.once("close", (code, signal) => {
    ended.resolve({ exitCode: code ?? 128 + (SIGNALS[signal ?? ""] ?? 0) });
  });
  child.stdin.on("error", () => {});
  await started.promise;
  return {
    stdin: {
      write: (bytes) => writeSocket(child.stdin, bytes),
      end: () => {
        child.stdin.end();
      },
    },
    stdout: child.stdout,
    stderr: child.stderr,
    resize: () => {},
    ended: ended.promise,
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

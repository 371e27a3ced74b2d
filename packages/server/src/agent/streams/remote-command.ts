import type { ContainerProcess } from "../pod-runtime.ts";
import { type CommandStatus, commandFailed, nonZeroExitCode, SUCCESS } from "./command-status.ts";
import type { OutputStream, RemoteCommandStreams } from "./remote-command-streams.ts";
import { terminalSizes } from "./terminal-size.ts";

/** What is run, or joined, in a container. */
export interface RemoteCommand {
  readonly kind: "exec" | "attach";
  /** Of an exec. */
  readonly command: readonly string[];
  /** @throws RuntimeError */
  start(): Promise<ContainerProcess>;
}

/**
 * Starts a command, or joins a container's, connects it with a client, and tells the client how it
 * ended. A client that goes away takes its command with it: nothing is left behind that nobody can
 * see any more.
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/{exec,attach}.go
 */
export async function runRemoteCommand(
  command: RemoteCommand,
  streams: RemoteCommandStreams,
): Promise<void> {
  const status = await runToStatus(command, streams);
  try {
    await streams.writeStatus(status);
  } catch {
    // Whoever has gone is told nothing.
  }
  await streams.close();
}

async function runToStatus(
  command: RemoteCommand,
  streams: RemoteCommandStreams,
): Promise<CommandStatus> {
  const what =
    command.kind === "exec"
      ? "error executing command in container"
      : "error attaching to container";
  try {
    const process = await start(command, streams);
    const exitCode = await connect(process, streams);
    return command.kind === "attach" || exitCode === 0
      ? SUCCESS
      : nonZeroExitCode(command.command, exitCode);
  } catch (error) {
    return commandFailed(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function start(
  command: RemoteCommand,
  streams: RemoteCommandStreams,
): Promise<ContainerProcess> {
  try {
    return await command.start();
  } finally {
    // Whoever has gone is told nothing.
    await streams.begin().catch(() => {});
  }
}

/** Resolves with the exit code when the process has ended and all that it wrote has been handed on. */
async function connect(process: ContainerProcess, streams: RemoteCommandStreams): Promise<number> {
  let isOver = false;
  void streams.closed.then(() => {
    if (!isOver) process.kill();
  });
  void copyInput(streams.stdin, process);
  void copySizes(streams.resize, process);
  try {
    const [{ exitCode }] = await Promise.all([
      process.ended,
      copyOutput(process.stdout, streams.stdout),
      copyOutput(process.stderr, streams.stderr),
    ]);
    return exitCode;
  } finally {
    isOver = true;
  }
}

async function copyInput(
  stdin: AsyncIterable<Uint8Array> | undefined,
  process: ContainerProcess,
): Promise<void> {
  if (stdin === undefined) return;
  try {
    for await (const bytes of stdin) await process.stdin.write(bytes);
    process.stdin.end();
  } catch {
    // The client has gone, which ends the process; or the process takes no more, as its end will tell.
  }
}

/** Reads all of it, whether or not anybody wants it: what is not read would stop the process. */
async function copyOutput(
  output: AsyncIterable<Uint8Array>,
  to: OutputStream | undefined,
): Promise<void> {
  let wanted = to;
  for await (const bytes of output) {
    try {
      await wanted?.write(bytes);
    } catch {
      wanted = undefined;
    }
  }
}

async function copySizes(
  resize: AsyncIterable<Uint8Array> | undefined,
  process: ContainerProcess,
): Promise<void> {
  if (resize === undefined) return;
  try {
    for await (const { columns, rows } of terminalSizes(resize)) process.resize(columns, rows);
  } catch {
    // The client has gone.
  }
}

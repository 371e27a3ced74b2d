import { type ContainerProcess, type ExecRequest, RuntimeError } from "../pod-runtime.ts";
import { Child } from "./child.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { writeTo } from "./container-io.ts";
import { ENTER_USERS, type Host, toolEnvironment } from "./host.ts";
import { closePipe, type Pipes, type ProcessPipe } from "./pipes.ts";
import { childrenOf } from "./proc-status.ts";
import type { ProcessContainer } from "./process-container.ts";
import { EXEC_SCRIPT } from "./setup-script.ts";
import { TerminalSize } from "./terminal-size.ts";

export interface ExecOptions {
  readonly host: Host;
  readonly pipes: Pipes;
}

/**
 * Runs a command beside a container's own: in its namespaces and control groups, as its user, with its
 * environment and no more rights.
 * @throws RuntimeError `not-found`, `start-failed`
 */
export async function execInContainer(
  container: ProcessContainer,
  request: ExecRequest,
  { host, pipes }: ExecOptions,
): Promise<ContainerProcess> {
  const { pid } = container;
  if (pid === undefined) {
    throw new RuntimeError("not-found", `container ${container.state.id} is not running`);
  }
  const line = commandIn(container, request);
  const streams = await openStreams(container, request, { host, pipes });
  try {
    const child = startInside(container, pid, line, host, streams);
    const { started, text } = await child.report("started");
    child.silence();
    if (started) return execProcess(child, streams, host);
    destroyAll(streams);
    await child.exited;
    throw new RuntimeError("start-failed", text);
  } catch (error) {
    destroyAll(streams);
    if (!(error instanceof RuntimeError)) throw error;
    const message = `exec failed: unable to start container process: ${error.message}`;
    throw new RuntimeError(error.code, message);
  }
}

/** @throws RuntimeError `start-failed` */
function commandIn(container: ProcessContainer, { command, tty }: ExecRequest): CommandLine {
  const { init, privileges } = container.spec;
  const environment = withTerminal(init.environment, tty);
  return commandLine({ ...init, environment, command, tty }, privileges);
}

function destroyAll({ stdin, stdout, stderr }: ExecStreams): void {
  for (const pipe of [stdin, stdout, stderr]) pipe?.stream.destroy();
}

interface ExecStreams {
  readonly stdin: ProcessPipe | undefined;
  readonly stdout: ProcessPipe;
  /** With a terminal there is none. */
  readonly stderr: ProcessPipe | undefined;
}

async function openStreams(
  container: ProcessContainer,
  { stdin, tty }: ExecRequest,
  { host, pipes }: ExecOptions,
): Promise<ExecStreams> {
  const owner = host.asRoot ? container.spec.user : undefined;
  using opened = new DisposableStack();
  const streams = {
    stdin: stdin ? opened.adopt(await pipes.forInput(owner), closePipe) : undefined,
    stdout: opened.adopt(await pipes.forOutput(owner), closePipe),
    stderr: tty ? undefined : opened.adopt(await pipes.forOutput(owner), closePipe),
  };
  opened.move();
  for (const pipe of Object.values(streams)) pipe?.stream.on("error", () => {});
  return streams;
}

/** `sh`, which joins the control groups, becomes `nsenter`, which waits for what it starts inside. */
function startInside(
  container: ProcessContainer,
  pid: number,
  line: CommandLine,
  { tools, asRoot, inherited }: Host,
  { stdin, stdout, stderr }: ExecStreams,
): Child {
  const enter = [`--target=${pid}`, ...(asRoot ? [] : ENTER_USERS)];
  return new Child({
    file: tools.sh,
    parameters: [
      ...["-c", EXEC_SCRIPT, "exec", tools.nsenter, ...enter],
      ...["--mount", "--uts", "--ipc", "--pid", ...line.parameters],
    ],
    environment: {
      ...toolEnvironment(tools),
      ...line.variables,
      CGROUPS: container.cgroups?.processFiles.join("\n") ?? "",
    },
    inherited,
    stdin: stdin?.fd ?? "ignore",
    stdout: stdout.fd,
    stderr: stderr?.fd ?? "ignore",
  });
}

function execProcess(child: Child, streams: ExecStreams, { tools }: Host): ContainerProcess {
  const [stdin, stdout, stderr] = [streams.stdin, streams.stdout, streams.stderr].map(
    (pipe) => pipe?.stream,
  );
  // What is ours is `nsenter`; what it has started is the command, or `script` around it.
  const inside = (): number | undefined => childrenOf(child.process.pid ?? 0)[0];
  const size = new TerminalSize(tools, inside);
  void child.exited.then(() => stdin?.destroy());
  return {
    stdin: { write: (bytes) => writeTo(stdin, bytes), end: () => stdin?.end() },
    stdout: stdout as AsyncIterable<Buffer>,
    stderr: (stderr as AsyncIterable<Buffer> | undefined) ?? nothing(),
    resize: (columns, rows) => size.set(columns, rows),
    ended: child.exited.then((exitCode) => ({ exitCode })),
    kill: () => {
      killTree(child, inside());
      for (const stream of [stdin, stdout, stderr]) stream?.destroy();
    },
  };
}

/** Ends the command, and what it has started and not put into a group or session of its own. */
function killTree(child: Child, inside: number | undefined): void {
  const { pid } = child.process;
  if (pid === undefined || child.process.exitCode !== null || child.process.signalCode !== null)
    return;
  // The group first: a shell in it would go on when its child has ended.
  for (const target of [-pid, ...(inside === undefined ? [] : childrenOf(inside))]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

/** @see containerd internal/cri/server/container_execsync.go (oci.WithTTY) */
function withTerminal<T extends readonly { readonly name: string; readonly value: string }[]>(
  environment: T,
  tty: boolean,
): readonly { readonly name: string; readonly value: string }[] {
  if (!tty || environment.some(({ name }) => name === "TERM")) return environment;
  return [...environment, { name: "TERM", value: "xterm" }];
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

import type { Socket } from "node:net";
import { type ContainerProcess, type ExecRequest, RuntimeError } from "../pod-runtime.ts";
import { Child } from "./child.ts";
import { commandLine } from "./command-line.ts";
import { writeTo } from "./container-io.ts";
import { ENTER_USERS, type Host, toolEnvironment } from "./host.ts";
import type { Pipes } from "./pipes.ts";
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
  const { init, privileges, user } = container.spec;
  const environment = withTerminal(init.environment, request.tty);
  const line = commandLine(
    { ...init, environment, command: request.command, tty: request.tty },
    privileges,
  );
  const owner = host.asRoot ? user : undefined;
  const stdin = request.stdin ? await pipes.forInput(owner) : undefined;
  const stdout = await pipes.forOutput(owner);
  const stderr = request.tty ? undefined : await pipes.forOutput(owner);
  for (const pipe of [stdin, stdout, stderr]) pipe?.stream.on("error", () => {});
  const { tools, asRoot } = host;
  const child = new Child({
    file: tools.sh,
    parameters: [
      ...[
        "-c",
        EXEC_SCRIPT,
        "exec",
        tools.nsenter,
        `--target=${pid}`,
        ...(asRoot ? [] : ENTER_USERS),
      ],
      ...["--mount", "--uts", "--ipc", "--pid", ...line.parameters],
    ],
    environment: {
      ...toolEnvironment(tools),
      ...line.variables,
      CGROUPS: container.cgroups?.processFiles.join("\n") ?? "",
    },
    inherited: host.inherited,
    stdin: stdin?.fd ?? "ignore",
    stdout: stdout.fd,
    stderr: stderr?.fd ?? "ignore",
  });
  const { started, text } = await child.report("started");
  child.silence();
  if (!started) {
    for (const pipe of [stdin, stdout, stderr]) pipe?.stream.destroy();
    await child.exited;
    throw new RuntimeError(
      "start-failed",
      `exec failed: unable to start container process: ${text}`,
    );
  }
  return execProcess(
    child,
    { stdin: stdin?.stream, stdout: stdout.stream, stderr: stderr?.stream },
    host,
  );
}

function execProcess(
  child: Child,
  {
    stdin,
    stdout,
    stderr,
  }: {
    readonly stdin: Socket | undefined;
    readonly stdout: Socket;
    readonly stderr: Socket | undefined;
  },
  { tools }: Host,
): ContainerProcess {
  // What is ours is `nsenter`; what it has started is the command, or `script` around it.
  const inside = (): number | undefined => childrenOf(child.process.pid ?? 0)[0];
  const size = new TerminalSize(tools, inside);
  void child.exited.then(() => stdin?.destroy());
  return {
    stdin: { write: (bytes) => writeTo(stdin, bytes), end: () => stdin?.end() },
    stdout: stdout as AsyncIterable<Buffer>,
    stderr: stderr === undefined ? nothing() : (stderr as AsyncIterable<Buffer>),
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

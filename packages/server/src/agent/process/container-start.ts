import { join } from "node:path";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { LogRotation } from "../log-rotation.ts";
import type { ContainerCgroups } from "./cgroups.ts";
import { Child } from "./child.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { ContainerIo } from "./container-io.ts";
import { ContainerLog } from "./container-log.ts";
import type { ContainerFiles } from "./container-plan.ts";
import { type Host, toolEnvironment } from "./host.ts";
import type { Pipes } from "./pipes.ts";
import type { ProcessContainer, RunningParts } from "./process-container.ts";
import type { ProcessPod } from "./process-pod.ts";
import { CONTAINER_SCRIPT } from "./setup-script.ts";

export interface ContainerStart {
  readonly host: Host;
  readonly pod: ProcessPod;
  readonly container: ProcessContainer;
  /** Whose processes it sees beside its own. */
  readonly target: ProcessContainer | undefined;
  readonly files: ContainerFiles;
  readonly cgroups: ContainerCgroups;
  readonly toolsDirectory: string;
  readonly pipes: Pipes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rotation: LogRotation;
}

/**
 * Starts a container's process and follows it until it is the container's command.
 *
 *     nsenter          of the host, waits, and ends as the command does
 *       sh             in the pod's namespaces, waits
 *         sh           first process of the container's: makes its root; becomes …
 *         setpriv      … gives up rights; becomes …
 *         sh           … takes on the environment; becomes …
 *         the command
 * @throws RuntimeError `start-failed`
 */
export async function startContainer(start: ContainerStart): Promise<void> {
  const { pod, container, target, cgroups } = start;
  if (target !== undefined && target.pid === undefined) {
    await container.giveUp(`target container "${target.state.id}" is not running`);
  }
  const isFirst = target === undefined && !pod.config.shareProcessNamespace;
  const opened = await openAll(start, isFirst).catch((error: unknown) =>
    container.giveUp(error instanceof Error ? error.message : String(error)),
  );
  await container.follow({ ...opened, cgroups, isFirst });
}

/** Log, streams and process, or nothing of it. @throws what the system says */
async function openAll(
  start: ContainerStart,
  isFirst: boolean,
): Promise<Pick<RunningParts, "child" | "io" | "log">> {
  const { host, container, pipes, rotation, clock } = start;
  const { config, user, init, privileges } = container.spec;
  const line = commandLine(init, privileges);
  await using opened = new AsyncDisposableStack();
  const log = new ContainerLog(container.state.logPath, clock, rotation);
  opened.defer(() => log.close());
  await log.open();
  const io = await ContainerIo.open(pipes, config, host.asRoot ? user : undefined);
  opened.defer(() => io.close());
  const child = startChild(start, line, io, isFirst);
  opened.move();
  return { child, io, log };
}

function startChild(
  start: ContainerStart,
  line: CommandLine,
  io: ContainerIo,
  isFirst: boolean,
): Child {
  const { pod, target } = start;
  const { tools, asRoot, inherited } = start.host;
  return new Child({
    file: tools.nsenter,
    parameters: [
      ...pod.enter(asRoot, target?.pid),
      ...[tools.unshare, "--mount", "--propagation", "slave"],
      ...(isFirst ? ["--pid"] : []),
      ...[tools.sh, "-c", CONTAINER_SCRIPT, "container", ...line.parameters],
    ],
    environment: { ...toolEnvironment(tools), ...line.variables, ...scriptVariables(start) },
    inherited,
    ...io.stdio,
  });
}

function scriptVariables(start: ContainerStart): Readonly<Record<string, string>> {
  const { files, cgroups, toolsDirectory, container } = start;
  const { config, init } = container.spec;
  return {
    STAGE: files.stage,
    TEMPLATE: files.template,
    OWN: files.own,
    OLD: files.oldRoot,
    TOOLS: toolsDirectory,
    STEPS: files.steps,
    CGROUPS: cgroups.processFiles.join("\n"),
    WORKING_DIRECTORY: join("/", init.workingDirectory),
    READ_ONLY: config.security.readOnlyRootFilesystem ? "yes" : "",
  };
}

import { join } from "node:path";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { LogRotation } from "../log-rotation.ts";
import { RuntimeError } from "../pod-runtime.ts";
import type { ContainerCgroups } from "./cgroups.ts";
import { Child } from "./child.ts";
import { commandLine } from "./command-line.ts";
import { ContainerIo } from "./container-io.ts";
import { ContainerLog } from "./container-log.ts";
import type { ContainerFiles } from "./container-plan.ts";
import { type Host, toolEnvironment } from "./host.ts";
import type { Pipes } from "./pipes.ts";
import type { ProcessContainer } from "./process-container.ts";
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
  const { host, pod, container, pipes, rotation, clock } = start;
  const { config, user, init, privileges } = container.spec;
  const log = new ContainerLog(container.state.logPath, clock, rotation);
  await log.open();
  const io = await ContainerIo.open(pipes, config, host.asRoot ? user : undefined);
  const line = commandLine(init, privileges);
  const { tools, asRoot } = host;
  const { target } = start;
  if (target !== undefined && target.pid === undefined) {
    throw new RuntimeError("start-failed", `target container "${target.state.id}" is not running`);
  }
  const isFirst = target === undefined && !pod.config.shareProcessNamespace;
  const child = new Child({
    file: tools.nsenter,
    parameters: [
      ...pod.enter(asRoot, target?.pid),
      ...[tools.unshare, "--mount", "--propagation", "slave"],
      ...(isFirst ? ["--pid"] : []),
      ...[tools.sh, "-c", CONTAINER_SCRIPT, "container", ...line.parameters],
    ],
    environment: { ...toolEnvironment(tools), ...line.variables, ...scriptVariables(start) },
    inherited: host.inherited,
    ...io.stdio,
  });
  await container.follow({ child, io, log, cgroups: start.cgroups, isFirst });
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

import { existsSync, realpathSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { DEFAULT_LOG_ROTATION, type LogRotation } from "../log-rotation.ts";
import { type PodRuntime, RuntimeError } from "../pod-runtime.ts";
import { Cgroups, cgroupName, ownCgroups } from "./cgroups.ts";
import { ContainerFilesMaker } from "./container-plan.ts";
import { inspectHost } from "./host.ts";
import { Images, type ImageTable } from "./images.ts";
import { Pipes } from "./pipes.ts";
import { ProcessRuntime } from "./process-runtime.ts";
import { removeTemplate } from "./root-template.ts";
import { StateStore } from "./state-store.ts";
import { copyToolsInto, findHostTools } from "./tools.ts";

export interface ProcessRuntimeOptions {
  /** The runtime's own; no two may share it. What is in it is found again by a later runtime. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Beside `host`, which is always there. */
  readonly images?: ImageTable;
  /** Addresses of the host, which are those of its pods. */
  readonly addresses: () => readonly string[];
  /** Directories of the host that no container may look into: keys of the agent, for instance. */
  readonly maskedPaths?: readonly string[];
  /** Whether root, too, does without its rights, and what only root can do is refused. */
  readonly userNamespace?: boolean;
  /** Of a pod; more than enough for any but one that forks without end. */
  readonly maxPids?: number;
  readonly logRotation?: LogRotation;
  /** Where control groups are mounted; `/sys/fs/cgroup`. */
  readonly cgroupRoot?: string;
}

const DEFAULT_MAX_PIDS = 4096;
const CGROUP_ROOT = "/sys/fs/cgroup";

/**
 * A runtime whose containers are processes of this host, in namespaces of their own.
 * @throws RuntimeError `unavailable` where there are no such namespaces, or programs are missing;
 *   `invalid-image-name` for a wrong row of the image table
 */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<PodRuntime> {
  const { clock, random, logger, addresses } = options;
  checkPlatform();
  const images = new Images(options.images ?? {});
  const stateDirectory = await prepareDirectory(options.stateDirectory);
  const tools = findHostTools();
  const stage = join(stateDirectory, "stage");
  const host = await inspectHost(tools, stage, options.userNamespace ?? false);
  const toolsDirectory = join(stateDirectory, "tools");
  await copyToolsInto(toolsDirectory);
  const pipes = new Pipes(join(stateDirectory, "pipes"), tools, random);
  await pipes.open();
  const maskedPaths = existing([...(options.maskedPaths ?? []), stateDirectory]);
  const runtime = new ProcessRuntime({
    ...{ clock, random, logger, addresses, host, images, pipes, maskedPaths, toolsDirectory },
    cgroups: openCgroups(stateDirectory, options),
    files: new ContainerFilesMaker({ host, stateDirectory, toolsDirectory, maskedPaths }),
    store: new StateStore(stateDirectory),
    rotation: options.logRotation ?? DEFAULT_LOG_ROTATION,
    cleanUp: () => removeOld(stateDirectory),
  });
  await runtime.recover();
  return runtime;
}

function checkPlatform(): void {
  if (process.platform !== "linux") {
    throw new RuntimeError("unavailable", "the process runtime needs Linux");
  }
  // A worker keeps a list of what it has opened and closes that at its end: by its numbers, which
  // others have by then, since it does not see that sockets have taken descriptors over and closed them.
  if (isMainThread) return;
  throw new RuntimeError("unavailable", "the process runtime needs the main thread of its process");
}

/** @returns the path without links */
async function prepareDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const directory = await realpath(path);
  // The kernel reads them as ends of the paths that an overlay is made of.
  if (/[:,\\\n]/.test(directory)) {
    const message = `the state directory may not have [:,\\] in its path: ${directory}`;
    throw new RuntimeError("unavailable", message);
  }
  await removeOld(directory);
  return directory;
}

function openCgroups(
  stateDirectory: string,
  { logger, cgroupRoot, maxPids }: ProcessRuntimeOptions,
): Cgroups {
  return new Cgroups({
    root: cgroupRoot ?? CGROUP_ROOT,
    ...ownCgroups(),
    name: cgroupName(stateDirectory),
    maxPids: maxPids ?? DEFAULT_MAX_PIDS,
    warn: (fields, message) => logger.warn(fields, message),
  });
}

/** Everything of a runtime's that is of no use to the next. */
async function removeOld(stateDirectory: string): Promise<void> {
  await removeTemplate(join(stateDirectory, "templates"));
  for (const name of ["tools", "pipes", "stage"]) {
    await rm(join(stateDirectory, name), { recursive: true, force: true });
  }
}

function existing(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.filter((path) => existsSync(path)).map((path) => realpathSync(path)))];
}

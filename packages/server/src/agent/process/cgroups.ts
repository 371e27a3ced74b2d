import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { LogFields } from "../../runtime/logger.ts";
import { type ContainerResources, RuntimeError } from "../pod-runtime.ts";
import { containerFiles, memoryUsage, oomKills, podFiles } from "./cgroup-files.ts";
import { type CgroupHierarchy, findHierarchies } from "./cgroup-hierarchies.ts";

/** Control groups of one container. */
export interface ContainerCgroups {
  /** Files that take a process in when `0` is written to them by it. */
  readonly processFiles: readonly string[];
  /** Directories that tell a container of its limits. */
  readonly directories: readonly string[];
  /** Whether the kernel has ended a process of it for want of memory. */
  oomKilled(): boolean;
  /** Sets other limits. @throws RuntimeError `update-failed` */
  update(resources: ContainerResources): void;
  /** Bytes that it uses; undefined where nobody counts. */
  memoryUsage(): number | undefined;
}

export interface CgroupOptions {
  /** Where control groups are mounted; `/sys/fs/cgroup` but in tests. */
  readonly root: string;
  /** Text of `/proc/self/cgroup` and of `/proc/self/mountinfo`. */
  readonly self: string;
  readonly mountTable: string;
  /** Of the runtime's own group, below the agent's. */
  readonly name: string;
  readonly maxPids: number;
  readonly warn: (fields: LogFields, message: string) => void;
}

/**
 * Limits of containers, where the agent may set any: version 1, one tree for each controller, or
 * version 2, one tree for all. Groups lie below the agent's own, one for a pod and one in it for each
 * container: `…/countersign-1a2b3c/<pod>/<container>`.
 */
export class Cgroups {
  readonly #options: CgroupOptions;
  readonly #hierarchies: readonly CgroupHierarchy[];

  constructor(options: CgroupOptions) {
    this.#options = options;
    this.#hierarchies = findHierarchies(options);
    // Of an earlier runtime, whose processes have ended.
    for (const { directory } of this.#hierarchies) removeGroupsIn(directory);
  }

  /** What can be limited here: `memory`, `cpu`, `pids`. */
  get controllers(): readonly string[] {
    return this.#hierarchies.flatMap(({ controllers }) => controllers);
  }

  /** Makes a container's groups; limits that cannot be set are warned of, and the container runs without. */
  add(podId: string, containerId: string, resources: ContainerResources): ContainerCgroups {
    const made: { readonly directory: string; readonly hierarchy: CgroupHierarchy }[] = [];
    for (const hierarchy of this.#hierarchies) {
      try {
        const directory = this.#make(hierarchy, podId, containerId, resources);
        made.push({ directory, hierarchy });
      } catch (error) {
        this.#options.warn(
          { error, containerId, controllers: hierarchy.controllers },
          "a container runs without the limits of its control group",
        );
      }
    }
    const missing = ["memory", "cpu"].filter((name) => !this.controllers.includes(name));
    const unlimited = missing.filter((name) =>
      name === "memory" ? resources.memoryBytes !== undefined : resources.cpuMillis !== undefined,
    );
    if (unlimited.length > 0) {
      this.#options.warn(
        { containerId, unlimited },
        "no control group of the agent's can limit this",
      );
    }
    return {
      processFiles: made.map(({ directory }) => join(directory, "cgroup.procs")),
      directories: made.map(({ hierarchy }) => hierarchy.mountPoint),
      oomKilled: () => made.some(({ directory, hierarchy }) => oomKills(directory, hierarchy) > 0),
      update: (others) => {
        try {
          for (const { directory, hierarchy } of made) {
            write(directory, containerFiles(hierarchy, others));
          }
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error);
          throw new RuntimeError("update-failed", problem, { cause: error });
        }
      },
      memoryUsage: () =>
        made
          .map(({ directory, hierarchy }) => memoryUsage(directory, hierarchy))
          .find((bytes) => bytes !== undefined),
    };
  }

  #make(
    hierarchy: CgroupHierarchy,
    podId: string,
    containerId: string,
    resources: ContainerResources,
  ): string {
    const pod = join(hierarchy.directory, podId);
    if (!existsSync(pod)) {
      mkdirSync(pod, { recursive: true });
      write(pod, podFiles(hierarchy, this.#options.maxPids));
    }
    const directory = join(pod, containerId);
    mkdirSync(directory, { recursive: true });
    write(directory, containerFiles(hierarchy, resources));
    return directory;
  }

  /** Removes groups of a pod; `false` while there are processes in one. */
  remove(podId: string, containerId?: string): boolean {
    return this.#hierarchies
      .map(({ directory }) => removeTree(join(directory, podId, containerId ?? "")))
      .every((removed) => removed);
  }

  /** Removes everything of this runtime's. */
  close(): boolean {
    return this.#hierarchies
      .map(({ directory }) => removeTree(directory))
      .every((removed) => removed);
  }
}

function write(directory: string, files: readonly (readonly [name: string, text: string])[]): void {
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
}

/** Of control groups only directories can be removed, the innermost first. */
function removeTree(directory: string): boolean {
  if (!existsSync(directory)) return true;
  try {
    removeGroupsIn(directory);
    rmdirSync(directory);
    return true;
  } catch {
    return !existsSync(directory);
  }
}

function removeGroupsIn(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  }
}

/** The name of a runtime's own group. @param stateDirectory - Without links. */
export function cgroupName(stateDirectory: string): string {
  const hash = createHash("sha256").update(stateDirectory).digest("hex");
  return `countersign-${hash.slice(0, 12)}`;
}

/** What a running system says of the agent's own groups. */
export function ownCgroups(): Pick<CgroupOptions, "self" | "mountTable"> {
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return { self: read("/proc/self/cgroup"), mountTable: read("/proc/self/mountinfo") };
}

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cgroupName } from "../src/agent/process/cgroups.ts";
import {
  childrenOf,
  readProcFile,
  readProcLink,
  startOf,
} from "../src/agent/process/proc-status.ts";
import { realClock } from "../src/runtime/clock.ts";
import { CommandProcess } from "./command.fixture.ts";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const NAMESPACES = ["mnt", "pid", "uts", "ipc"];

export interface AgentOptions {
  readonly kubeconfig: string;
  /** Its root directory. */
  readonly directory: string;
  readonly nodeName: string;
  readonly flags?: readonly string[];
  /** For Node itself. */
  readonly nodeFlags?: readonly string[];
}

/** Starts `countersign agent` as a process of its own, and waits until it can run pods. */
export async function startAgent(options: AgentOptions): Promise<CommandProcess> {
  const { kubeconfig, directory, nodeName, flags = [], nodeFlags = [] } = options;
  const agent = new CommandProcess([
    ...nodeFlags,
    MAIN,
    "agent",
    ...["--kubeconfig", kubeconfig, "--root-dir", directory, "--node-name", nodeName],
    ...["--address", "127.0.0.1", "--port", "0", "--node-ip", "127.0.0.1"],
    ...flags,
  ]);
  await agent.prints("countersign agent ready");
  return agent;
}

/** Every process below one, each with what names it for good. */
export function descendantsOf(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => [
    `${child}@${startOf(child)}`,
    ...descendantsOf(child),
  ]);
}

/** Namespaces of a process and those below it that are none of the host's. */
export function namespacesBelow(pid: number): ReadonlySet<string> {
  const own = new Set(NAMESPACES.map((kind) => readProcLink(process.pid, `ns/${kind}`)));
  const found = new Set<string>();
  for (const each of descendantsOf(pid)) {
    for (const kind of NAMESPACES) {
      const link = readProcLink(Number.parseInt(each, 10), `ns/${kind}`);
      if (link !== undefined && !own.has(link)) found.add(link);
    }
  }
  return found;
}

/**
 * Processes in a group of the agent whose directory it is, or with mounts out of it: whoever keeps a
 * namespace of one of its pods. (Namespaces cannot be told apart: their numbers are given again.)
 */
export function processesOf(directory: string): readonly string[] {
  const root = realpathSync(directory);
  const marks = {
    cgroup: [cgroupName(join(root, "process"))],
    mountinfo: [join(root, "pods"), join(root, "process")],
  };
  const bears = (pid: number, file: keyof typeof marks): boolean => {
    const text = readProcFile(pid, file) ?? "";
    return marks[file].some((mark) => text.includes(mark));
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => bears(pid, "cgroup") || bears(pid, "mountinfo"))
    .map((pid) => `${pid}@${startOf(pid)}`);
}

/** Waits for processes to end. @returns those that do not */
export async function lastingOf(processes: readonly string[]): Promise<readonly string[]> {
  let left = processes;
  for (let tries = 0; tries < 500 && left.length > 0; tries++) {
    left = left.filter((each) => {
      const [pid = ""] = each.split("@");
      return each === `${pid}@${startOf(Number(pid))}`;
    });
    await realClock.sleep(10);
  }
  return left;
}

/** What an agent has on a machine beside processes, counted. */
export interface Traces {
  /** In this process's view, and so the machine's. */
  readonly mounts: number;
  readonly cgroups: number;
  /** Directories of pods, their logs, and what the runtime keeps of them. */
  readonly files: number;
}

export async function tracesOf(directory: string): Promise<Traces> {
  const root = realpathSync(directory);
  let cgroups = 0;
  const own = cgroupName(join(root, "process"));
  for await (const _ of glob(`/sys/fs/cgroup/{,*/}{,*/}{,*/}${own}/*/`)) cgroups++;
  const mounts = readFileSync("/proc/self/mounts", "latin1").split("\n");
  const files = ["pods", "logs", "memory", "process/pods", "process/containers"].map((name) => {
    const path = join(root, name);
    return existsSync(path) ? readdirSync(path).length : 0;
  });
  return {
    mounts: mounts.filter((line) => line.includes(root)).length,
    cgroups,
    files: files.reduce((sum, count) => sum + count, 0),
  };
}

import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { cgroupName } from "./cgroups.ts";

/** What a runtime could leave behind, counted. */
export interface Leftovers {
  readonly descriptors: number;
  /** Processes that this one has started, and theirs. */
  readonly processes: number;
  readonly mounts: number;
  readonly cgroups: number;
  /** Files and directories of the runtime's state, but for its pipes, which are made in advance. */
  readonly files: number;
}

/** @param stateDirectory - Of the runtime. */
export async function countLeftovers(stateDirectory: string): Promise<Leftovers> {
  let cgroups = 0;
  const own = cgroupName(realpathSync(stateDirectory));
  for await (const _ of glob(`/sys/fs/cgroup/{,*/}{,*/}{,*/}${own}/*/`)) cgroups++;
  const files = ["pods", "containers", "templates"].map(
    (name) => readdirSync(join(stateDirectory, name)).length,
  );
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    processes: countProcesses(),
    mounts: readFileSync("/proc/self/mountinfo", "latin1").split(stateDirectory).length - 1,
    cgroups,
    files: files.reduce((sum, count) => sum + count, 0),
  };
}

function countProcesses(): number {
  const parents = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      parents.set(pid, stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "");
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isBelow(parents.get(pid)));
  return [...parents].filter(([, parent]) => isBelow(parent)).length;
}

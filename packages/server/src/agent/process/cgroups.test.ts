import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { containerFiles, oomKills, podFiles } from "./cgroup-files.ts";
import { parseOwnGroups } from "./cgroup-hierarchies.ts";
import { Cgroups } from "./cgroups.ts";

let root = "";
let warnings: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cgroups-"));
  warnings = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Directories in place of a control file system: what is written there can be read back. */
function cgroups(self: string, ...mounts: readonly [path: string, type: string][]): Cgroups {
  const mountTable = mounts
    .map(([path, type], index) => `${index} 0 0:${index} / ${join(root, path)} rw - ${type} x rw\n`)
    .join("");
  const warn = (_: unknown, message: string): number => warnings.push(message);
  return new Cgroups({ ...{ root, self, mountTable, name: "mine", maxPids: 77 }, warn });
}

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), "latin1");
const LIMITS = { memoryBytes: 64_000_000, cpuMillis: 1500, cpuRequestMillis: 250 };

describe("version 1", () => {
  const self = "9:name=systemd:/x\n4:memory:/deep/er\n3:cpu,cpuacct:/\n2:pids:/\n0::/\n";

  test("a group in each tree, with its limits", () => {
    mkdirSync(join(root, "memory/deep/er"), { recursive: true });
    mkdirSync(join(root, "cpu,cpuacct"));
    const all = cgroups(
      self,
      ["memory", "cgroup"],
      ["cpu,cpuacct", "cgroup"],
      ["systemd", "cgroup"],
    );
    expect(all.controllers).toEqual(["memory", "cpu"]);
    const container = all.add("pod", "c", LIMITS);
    expect(read("memory/deep/er/mine/pod/c/memory.limit_in_bytes")).toBe("64000000");
    expect(read("cpu,cpuacct/mine/pod/c/cpu.cfs_quota_us")).toBe("150000");
    expect(read("cpu,cpuacct/mine/pod/c/cpu.shares")).toBe("256");
    expect(container.processFiles).toEqual([
      join(root, "memory/deep/er/mine/pod/c/cgroup.procs"),
      join(root, "cpu,cpuacct/mine/pod/c/cgroup.procs"),
    ]);
    expect(container.directories).toEqual([join(root, "memory"), join(root, "cpu,cpuacct")]);
    expect(container.oomKilled()).toBe(false);
    writeFileSync(
      join(root, "memory/deep/er/mine/pod/c/memory.oom_control"),
      "under_oom 0\noom_kill 2\n",
    );
    expect(container.oomKilled()).toBe(true);
    expect(warnings).toEqual([]);
  });

  test("where the agent's group is not to be seen, the tree's own is taken", () => {
    mkdirSync(join(root, "pids"), { recursive: true });
    cgroups("2:pids:/host/path\n", ["pids", "cgroup"]).add("pod", "c", {});
    expect(read("pids/mine/pod/pids.max")).toBe("77");
  });
});

describe("version 2", () => {
  test("one tree, which passes controllers on", () => {
    mkdirSync(join(root, "agent"));
    writeFileSync(join(root, "agent/cgroup.controllers"), "cpuset cpu io memory pids\n");
    const all = cgroups("0::/agent\n", ["", "cgroup2"]);
    expect(all.controllers).toEqual(["memory", "cpu", "pids"]);
    const container = all.add("pod", "c", LIMITS);
    for (const path of ["agent", "agent/mine", "agent/mine/pod"]) {
      expect(read(path, "cgroup.subtree_control")).toBe("+memory +cpu +pids");
    }
    expect(read("agent/mine/pod/pids.max")).toBe("77");
    expect(read("agent/mine/pod/c/memory.max")).toBe("64000000");
    expect(read("agent/mine/pod/c/memory.oom.group")).toBe("1");
    expect(read("agent/mine/pod/c/cpu.max")).toBe("150000 100000");
    expect(container.processFiles).toEqual([join(root, "agent/mine/pod/c/cgroup.procs")]);
  });

  test("where nothing may be passed on, there are no limits, and that is said", () => {
    writeFileSync(join(root, "cgroup.controllers"), "memory pids\n");
    mkdirSync(join(root, "cgroup.subtree_control"));
    const all = cgroups("0::/\n", ["", "cgroup2"]);
    expect(all.controllers).toEqual([]);
    expect(all.add("pod", "c", LIMITS).processFiles).toEqual([]);
    expect(warnings).toEqual(["no control group of the agent's can limit this"]);
    // It has gone back to where it was.
    expect(read("cgroup.procs")).toBe(String(process.pid));
  });

  test("without controllers it is none", () => {
    writeFileSync(join(root, "cgroup.controllers"), "\n");
    expect(cgroups("0::/\n", ["", "cgroup2"]).controllers).toEqual([]);
    expect(existsSync(join(root, "mine"))).toBe(false);
  });
});

describe("files of a group", () => {
  const v2 = {
    version: 2,
    controllers: ["memory", "cpu", "pids"],
    ...{ mountPoint: "", directory: "" },
  } as const;

  test.each([
    [{ cpuRequestMillis: 1 }, [["cpu.weight", "1"]]],
    [{ cpuRequestMillis: 1000 }, [["cpu.weight", "100"]]],
    [{ cpuRequestMillis: 1_000_000 }, [["cpu.weight", "10000"]]],
    [{ cpuMillis: 1 }, [["cpu.max", "1000 100000"]]],
    // More than any machine has, and than the kernel takes.
    [{ cpuMillis: 9e21 }, [["cpu.max", "8796093022208 100000"]]],
    [
      { memoryBytes: 9e21 },
      [
        ["memory.max", "4611686018427387904"],
        ["memory.oom.group", "1"],
      ],
    ],
    [{}, []],
  ])("%j", (resources, files) => {
    expect(containerFiles(v2, resources)).toEqual(files);
  });

  test("a tree without the controller has none", () => {
    expect(podFiles({ ...v2, version: 1, controllers: ["memory"] }, 5)).toEqual([]);
    expect(containerFiles({ ...v2, controllers: ["pids"] }, LIMITS)).toEqual([]);
    expect(oomKills("/nowhere", v2)).toBe(0);
  });

  test("groups of the agent", () => {
    expect([...parseOwnGroups("3:cpu,cpuacct:/a\n0::/b:c\nnonsense\n")]).toEqual([
      ["cpu", "/a"],
      ["cpuacct", "/a"],
      ["", "/b:c"],
    ]);
  });
});

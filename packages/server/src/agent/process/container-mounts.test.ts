import { describe, expect, test } from "vitest";
import { RuntimeError } from "../pod-runtime.ts";
import {
  type ContainerMountsInput,
  containerMounts,
  type VolumeMount,
} from "./container-mounts.ts";

const input: ContainerMountsInput = {
  layout: {
    entries: [{ kind: "directory", path: "/dev", mode: 0o755, uid: 0, gid: 0 }],
    mounts: [
      {
        source: { name: "overlay" },
        target: "/etc",
        type: "overlay",
        options: ["upperdir=/.pod/layers/0/upper"],
      },
    ],
  },
  mounts: [
    { mountPoint: "/", type: "ext4", options: ["rw"] },
    { mountPoint: "/sys", type: "sysfs", options: ["rw", "nosuid"] },
    { mountPoint: "/sys/fs/cgroup", type: "cgroup2", options: ["rw"] },
    { mountPoint: "/home", type: "ext4", options: ["rw", "nosuid", "noatime"] },
  ],
  asRoot: true,
  privileged: false,
  readOnly: false,
  toolsDirectory: "/state/tools",
  maskedPaths: ["/secret"],
  cgroupDirectories: ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids"],
  kernelPaths: new Set(["/proc/sys/", "/proc/kcore", "/proc/acpi/", "/proc/sysrq-trigger"]),
  volumes: [],
};
const volume = (containerPath: string, overrides: Partial<VolumeMount> = {}): VolumeMount => ({
  ...{ hostPath: "/volume", containerPath, readOnly: false },
  ...{ propagation: "None", isDirectory: true },
  ...overrides,
});

/** Lines as `source target options`, in order. */
function lines(overrides: Partial<ContainerMountsInput> = {}): readonly string[] {
  return containerMounts({ ...input, ...overrides }).steps.flatMap((step) =>
    "file" in step
      ? [`file ${step.file}`]
      : step.mounts.map(
          ({ source, target, options }) =>
            `${"host" in source ? source.host : source.name} ${target} ${options.join(",")}`,
        ),
  );
}

describe("mounts of a container", () => {
  test("proc comes first, the root next, volumes last", () => {
    const all = lines({ volumes: [volume("/data")] });
    expect(all[0]).toBe("proc /proc nosuid,nodev,noexec");
    expect(all[1]).toMatch(/^overlay \/etc /);
    expect(all[2]).toBe("/state/tools /.pod/bin bind,ro,nosuid,nodev");
    expect(all.at(-1)).toBe("/volume /data rbind,rw,nodev,rprivate,X-mount.mkdir");
  });

  test("of the kernel's files, a container of root sees only what it may", () => {
    const all = lines();
    expect(all).toContain("/proc/sys /proc/sys bind,ro,nosuid,nodev,noexec");
    expect(all).toContain("/proc/sysrq-trigger /proc/sysrq-trigger bind,ro,nosuid,nodev,noexec");
    expect(all).toContain("/dev/null /proc/kcore bind,ro");
    expect(all).toContain("tmpfs /proc/acpi ro,nosuid,nodev,noexec,mode=0555");
    expect(all).toContain("tmpfs /secret ro,nosuid,nodev,noexec,mode=0555");
    expect(all).toContain("sysfs /sys ro,nosuid,nodev,noexec");
    expect(all).toContain(
      "/sys/fs/cgroup/memory /sys/fs/cgroup/memory bind,ro,nosuid,nodev,noexec,X-mount.mkdir",
    );
    expect(all.some((line) => line.includes("/proc/scsi"))).toBe(false);
  });

  test("a privileged one sees all of it", () => {
    const all = lines({ privileged: true });
    expect(all).toContain("sysfs /sys rw,nosuid,nodev,noexec");
    expect(all.some((line) => line.includes("/proc/sys") || line.startsWith("/dev/"))).toBe(false);
  });

  test("an ordinary user shows what is there, with the options that it may not take away", () => {
    const all = lines({ asRoot: false });
    expect(all).toContain("/sys /sys rbind,ro,nosuid");
    expect(all).toContain("/sys/fs/cgroup /sys/fs/cgroup rbind,ro");
    expect(all.some((line) => /gid=|mqueue|\/proc\/sys/.test(line))).toBe(false);
  });

  test("volumes: outer ones first, with what their source has to keep", () => {
    const volumes = [
      volume("/a/b/c"),
      volume("a//b/", { hostPath: "/home/x", readOnly: true }),
      volume("/a", { propagation: "HostToContainer" }),
    ];
    expect(lines({ volumes }).slice(-3)).toEqual([
      "/volume /a rbind,rw,nodev,rslave,X-mount.mkdir",
      "/home/x /a/b rbind,ro,nosuid,noatime,nodev,rprivate,X-mount.mkdir",
      "/volume /a/b/c rbind,rw,nodev,rprivate,X-mount.mkdir",
    ]);
  });

  test("files are made beforehand where that can be, or else in between", () => {
    const file = { isDirectory: false };
    const volumes = [
      volume("/dev/log", file),
      volume("/etc/x", file),
      volume("/d"),
      volume("/d/x", file),
    ];
    const { files, steps } = containerMounts({ ...input, volumes });
    expect(files).toEqual(["/dev/log", "/.pod/layers/0/upper/x"]);
    expect(steps.map((step) => ("file" in step ? step.file : step.mounts.at(-1)?.target))).toEqual([
      "/etc/x",
      "/d/x",
      "/d/x",
    ]);
  });

  test("a root that may not be written: overlays once more, after all that is in them", () => {
    expect(lines({ readOnly: true, volumes: [volume("/etc/x")] }).at(-1)).toBe(
      "/etc /etc rbind,ro,nodev",
    );
  });

  test.each(["/", "/proc", "/proc/1", "/.pod/bin", "/x/../proc"])("%s is no place", (path) => {
    expect(() => containerMounts({ ...input, volumes: [volume(path)] })).toThrow(RuntimeError);
  });
});

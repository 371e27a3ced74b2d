import { chmodSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canMount } from "../mounted-directory.fixture.ts";
import { temporaryDirectory } from "../written-volume.fixture.ts";
import { createMounter, MountError, mountPoints } from "./mounter.ts";

const MOUNT_INFO = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /var/lib/agent/memory rw - tmpfs tmpfs rw
31 22 0:27 / /var/lib/agent/pods/u-1/volumes/kubernetes.io~empty-dir/v rw - tmpfs tmpfs rw
32 22 0:28 / /with\\040blank\\134and rw - tmpfs tmpfs rw
33 31 0:29 / /var/lib/agent/pods/u-1/volumes/kubernetes.io~empty-dir/v rw - tmpfs tmpfs rw
`;

/** A program of a shell script. */
function program(script: string): string {
  const path = join(temporaryDirectory(), "program");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe("mount points", () => {
  it("are listed from the innermost, each as often as it is mounted on", () => {
    const volume = "/var/lib/agent/pods/u-1/volumes/kubernetes.io~empty-dir/v";
    expect(mountPoints(MOUNT_INFO)).toEqual([
      volume,
      volume,
      "/var/lib/agent/memory",
      "/with blank\\and",
      "/",
    ]);
  });

  it("below a path are those, and none of a path that begins alike", async () => {
    const mountInfoFile = join(temporaryDirectory(), "mountinfo");
    writeFileSync(mountInfoFile, MOUNT_INFO);
    const mounter = createMounter({ mountInfoFile });
    expect(await mounter.mountPointsBelow("/var/lib/agent/pods")).toHaveLength(2);
    expect(await mounter.mountPointsBelow("/var/lib/agent/memory")).toHaveLength(1);
    expect(await mounter.mountPointsBelow("/var/lib/agent/mem")).toEqual([]);
  });
});

describe("mounting", () => {
  it("calls the program with arguments that cannot be taken for options", async () => {
    const log = join(temporaryDirectory(), "log");
    const mount = program(`echo "$@" >> ${log}`);
    const mounter = createMounter({ mountProgram: mount, umountProgram: mount });
    await mounter.mountTmpfs("/x", ["size=5", "noswap"]);
    await mounter.mountTmpfs("-x", []);
    await mounter.bind("/a", "/b");
    await mounter.unmount("/b");
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual([
      "-t tmpfs -o size=5,noswap -- tmpfs /x",
      "-t tmpfs -- tmpfs -x",
      "--no-canonicalize --bind -- /a /b",
      "-- /b",
    ]);
  });

  it.each([
    ["mount: /x: permission denied.", "not-permitted"],
    ["mount: /x: must be superuser to use mount.", "not-permitted"],
    ["mount: only root can do that", "not-permitted"],
    ["mount: /x: mount failed: Operation not permitted.", "not-permitted"],
    ["mount: /x: wrong fs type, bad option, bad superblock on tmpfs", "failed"],
    ["", "failed"],
  ])("says '%s' as %s", async (text, code) => {
    const mountProgram = program(`echo "${text}" >&2; exit 32`);
    const failed = createMounter({ mountProgram }).mountTmpfs("/x", []);
    await expect(failed).rejects.toBeInstanceOf(MountError);
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toThrow(text);
  });

  it("says so when the program is missing", async () => {
    const failed = createMounter({ mountProgram: "/no/such/mount" }).mountTmpfs("/x", []);
    await expect(failed).rejects.toMatchObject({ name: "MountError", code: "failed" });
  });

  it("takes what is not mounted for unmounted", async () => {
    const not = program('echo "umount: /x: not mounted." >&2; exit 32');
    await createMounter({ umountProgram: not }).unmount("/x");
    const busy = program('echo "umount: /x: target is busy." >&2; exit 32');
    await expect(createMounter({ umountProgram: busy }).unmount("/x")).rejects.toThrow("busy");
  });
});

describe.runIf(canMount)("mounts of this machine", () => {
  it("are made, listed and undone, twice over", async () => {
    const root = temporaryDirectory();
    const [memory, shown] = [join(root, "memory with blank"), join(root, "shown")];
    mkdirSync(memory);
    mkdirSync(shown);
    const mounter = createMounter();
    await mounter.mountTmpfs(memory, ["size=1m"]);
    expect(statfsSync(memory).blocks * statfsSync(memory).bsize).toBe(1_048_576);
    writeFileSync(join(memory, "file"), "x");
    await mounter.bind(memory, shown);
    expect(readFileSync(join(shown, "file"), "utf8")).toBe("x");
    expect([...(await mounter.mountPointsBelow(root))].sort()).toEqual([memory, shown]);
    for (const point of [shown, memory, memory]) await mounter.unmount(point);
    expect(await mounter.mountPointsBelow(root)).toEqual([]);
  });
});

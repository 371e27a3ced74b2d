import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../api/types.ts";
import { canMount } from "../mounted-directory.fixture.ts";
import { modeOf, temporaryDirectory, visibleFiles } from "../written-volume.fixture.ts";
import { createMounter } from "./mounter.ts";
import { SAME_IDS } from "./ownership.ts";
import { countingMounter, NO_MOUNTER } from "./pod-volumes.fixture.ts";
import { accessVolume, onlyVolume } from "./pod-volumes-bench.fixture.ts";
import { startVolumesOnDisk } from "./volumes-on-disk.fixture.ts";

const TMPFS = 0x01021994;

/** `0640 1000:10000` of what a path leads to, without following it. */
function described(path: string): string {
  const { uid, gid } = lstatSync(path);
  return `${modeOf(path)} ${uid}:${gid}`;
}

function container(name: string, runAsUser?: number): NonNullable<PodSpec["containers"]>[number] {
  const security = runAsUser === undefined ? {} : { securityContext: { runAsUser } };
  return { name, image: "host", ...security };
}

describe.runIf(canMount)("files of a pod's token volume", () => {
  it.each<[string, Partial<PodSpec>, string, string]>([
    ["neither", {}, "0644 0:0", "0644 0:0"],
    ["a common user", { securityContext: { runAsUser: 1000 } }, "0600 1000:0", "0644 0:0"],
    ["a group", { securityContext: { fsGroup: 10000 } }, "0640 0:10000", "0644 0:10000"],
    [
      "both",
      { securityContext: { runAsUser: 1000, fsGroup: 10000 } },
      "0640 1000:10000",
      "0644 0:10000",
    ],
    ["two users", { containers: [container("a", 1), container("b", 2)] }, "0644 0:0", "0644 0:0"],
  ])("with %s", async (_what, spec, token, others) => {
    await using at = await startVolumesOnDisk();
    const path = accessVolume(await at.start("u-1", spec));
    expect(described(join(path, "..data/token"))).toBe(token);
    expect(described(join(path, "..data/ca.crt"))).toBe(others);
    expect(described(join(path, "..data/namespace"))).toBe(others);
    const { gid } = lstatSync(join(path, "..data/token"));
    const group = spec.securityContext?.fsGroup;
    const generation = readdirSync(path).find((name) => /^\.\.\d/.test(name)) ?? "";
    expect(described(join(path, generation))).toBe(group ? `2755 0:${gid}` : "0755 0:0");
    expect(described(path)).toBe(group ? `3777 0:${gid}` : "1777 0:0");
    // Links made after the group was given get it from their directory.
    expect(lstatSync(join(path, "..data")).gid).toBe(gid);
    expect(lstatSync(join(path, "token")).gid).toBe(gid);
  });

  it("have the mode that the volume says, and items their own", async () => {
    await using at = await startVolumesOnDisk();
    const sources = [
      { serviceAccountToken: { path: "a/b/token", expirationSeconds: 600 } },
      {
        configMap: {
          name: "kube-root-ca.crt",
          items: [{ key: "ca.crt", path: "ca", mode: 0o440 }],
        },
      },
    ];
    const { paths } = await at.start(
      "p",
      onlyVolume({ projected: { defaultMode: 0o400, sources } }),
    );
    expect(modeOf(join(paths.v ?? "", "..data/a/b/token"))).toBe("0400");
    expect(modeOf(join(paths.v ?? "", "..data/ca"))).toBe("0440");
    expect(modeOf(join(paths.v ?? "", "..data/a"))).toBe("0755");
  });

  it("are everybody's again with the next token, when a container without a user joins", async () => {
    await using at = await startVolumesOnDisk();
    const started = await at.start("u-1", { containers: [container("a", 1000)] });
    const token = join(accessVolume(started), "..data/token");
    expect(described(token)).toBe("0600 1000:0");
    const debug = { ...container("debug"), targetContainerName: "a" };
    const joined = { ...started.pod, spec: { ...started.pod.spec, ephemeralContainers: [debug] } };
    await at.sync(joined as Pod);
    expect(described(token)).toBe("0600 1000:0");
    at.generation++;
    await at.sync(joined as Pod);
    expect(described(token)).toBe("0644 0:0");
  });

  it("are refused, and nothing of them left, when they cannot be given to their user", async () => {
    // No user has such an id: the system refuses it, as it refuses others' ids to ordinary users.
    await using at = await startVolumesOnDisk({ ids: { ...SAME_IDS, user: () => -5 } });
    const spec = { securityContext: { runAsUser: 1000 } };
    await expect(at.start("u-1", spec)).rejects.toThrow(
      /^MountVolume.SetUp failed for volume "kube-api-access-abcde" : /,
    );
    expect(readdirSync(join(at.memory.path, "u-1/kubernetes.io~projected"))).toEqual([]);
  });
});

describe.runIf(canMount)("an empty directory", () => {
  it("lies on the disk, is everybody's, and keeps what is written into it", async () => {
    await using at = await startVolumesOnDisk();
    const started = await at.start("u-1", onlyVolume({ emptyDir: {} }));
    const { v = "" } = started.paths;
    expect(described(v)).toBe("0777 0:0");
    writeFileSync(join(v, "file"), "x", { mode: 0o600 });
    chownSync(v, 7, 7);
    await at.sync(started.pod);
    expect(described(v)).toBe("0777 7:7");
    expect(visibleFiles(v)).toEqual({ file: "x" });
  });

  it("is its group's, once", async () => {
    await using at = await startVolumesOnDisk();
    const spec = { ...onlyVolume({ emptyDir: {} }), securityContext: { fsGroup: 10000 } };
    const started = await at.start("u-1", spec);
    const { v = "" } = started.paths;
    expect(described(v)).toBe("2777 0:10000");
    writeFileSync(join(v, "file"), "x", { mode: 0o600 });
    await at.sync(started.pod);
    expect(described(join(v, "file"))).toBe("0600 0:10000");
  });

  it("is made anew when somebody removed it", async () => {
    await using at = await startVolumesOnDisk();
    const started = await at.start("u-1", onlyVolume({ emptyDir: {} }));
    rmSync(started.paths.v ?? "", { recursive: true });
    await at.sync(started.pod);
    expect(described(started.paths.v ?? "")).toBe("0777 0:0");
  });

  it("in memory is a file system of its own, no larger than it says", async () => {
    const { mounter, mounts } = countingMounter();
    await using at = await startVolumesOnDisk({ mounter });
    const started = await at.start("u-1", {
      ...onlyVolume({ emptyDir: { medium: "Memory", sizeLimit: "64Ki" } }),
      securityContext: { fsGroup: 10000 },
    });
    const { v = "" } = started.paths;
    expect(statfsSync(v).type).toBe(TMPFS);
    expect(described(v)).toBe("3777 0:10000");
    expect(() => writeFileSync(join(v, "large"), "x".repeat(100_000))).toThrow("ENOSPC");
    rmSync(join(v, "large"));
    writeFileSync(join(v, "small"), "x");
    await at.sync(started.pod);
    expect(visibleFiles(v)).toEqual({ small: "x" });
    expect(mounts.slice(1)).toEqual(["tmpfs size=65536"]);
  });

  it("in memory is no larger than the node, when it does not say", async () => {
    const { mounter, mounts } = countingMounter();
    await using at = await startVolumesOnDisk({ mounter, allocatable: () => ({ memory: "8Mi" }) });
    await at.start("u-1", onlyVolume({ emptyDir: { medium: "Memory" } }));
    expect(mounts.slice(1)).toEqual(["tmpfs size=8388608"]);
  });
});

describe.runIf(canMount)("volumes of many pods", () => {
  it("cost one mount in all", async () => {
    const { mounter, mounts } = countingMounter();
    await using at = await startVolumesOnDisk({ mounter });
    const volumes = [
      { name: "s", secret: { secretName: "s" } },
      { name: "e", emptyDir: {} },
    ];
    for (const name of ["u-1", "u-2", "u-3"]) await at.start(name, { volumes });
    expect(mounts).toEqual(["tmpfs mode=0700,noswap"]);
  });

  it("are gone with their pod, and nothing else", async () => {
    await using at = await startVolumesOnDisk();
    const outside = temporaryDirectory();
    writeFileSync(join(outside, "theirs"), "x");
    const volumes = [
      { name: "memory", emptyDir: { medium: "Memory" } },
      { name: "disk", emptyDir: {} },
      { name: "host", hostPath: { path: outside } },
    ];
    const { pod, paths } = await at.start("u-1", { volumes });
    const other = await at.start("u-2", {});
    // A container may leave links behind.
    symlinkSync(outside, join(paths.disk ?? "", "link"));
    await at.volumes.subPath({
      podUid: pod.metadata.uid ?? "",
      volume: { name: "host", hostPath: outside, readOnly: false },
      container: "c",
      index: 0,
      subPath: "sub",
    });
    const { uid = "" } = pod.metadata;
    expect([...(await at.volumes.leftovers())].sort()).toEqual(
      [uid, other.pod.metadata.uid].sort(),
    );
    await at.volumes.tearDown(uid);
    await at.volumes.tearDown(uid);
    expect(await at.volumes.leftovers()).toEqual([other.pod.metadata.uid]);
    expect(existsSync(join(at.root, "pods", uid))).toBe(false);
    expect(existsSync(join(at.memory.path, uid))).toBe(false);
    expect(await createMounter().mountPointsBelow(join(at.root, "pods"))).toEqual([]);
    expect(readdirSync(outside).sort()).toEqual(["sub", "theirs"]);
    expect(at.forgotten).toEqual([uid, uid]);
    expect(Object.keys(visibleFiles(accessVolume(other)))).toHaveLength(3);
  });

  it("leave what others keep in the pod's directory", async () => {
    await using at = await startVolumesOnDisk();
    const { pod } = await at.start("u-1", {});
    const directory = join(at.root, "pods", pod.metadata.uid ?? "");
    mkdirSync(join(directory, "containers"));
    await at.volumes.tearDown(pod.metadata.uid ?? "");
    expect(readdirSync(directory)).toEqual(["containers"]);
    expect(await at.volumes.leftovers()).toEqual([]);
  });

  it("are not removed while something is mounted there", async () => {
    const mounter = createMounter();
    let isStuck = true;
    const stuck = {
      ...mounter,
      unmount: (target: string) => (isStuck ? Promise.resolve() : mounter.unmount(target)),
    };
    await using at = await startVolumesOnDisk({ mounter: stuck });
    const started = await at.start("u-1", onlyVolume({ emptyDir: { medium: "Memory" } }));
    writeFileSync(join(started.paths.v ?? "", "file"), "x");
    const tearDown = () => at.volumes.tearDown(started.pod.metadata.uid ?? "");
    await expect(tearDown()).rejects.toThrow("is still mounted");
    expect(visibleFiles(started.paths.v ?? "")).toEqual({ file: "x" });
    isStuck = false;
    await tearDown();
  });

  it("of an agent that fell are found, used and removed by the next one", async () => {
    await using at = await startVolumesOnDisk();
    const spec = {
      volumes: [
        { name: "m", emptyDir: { medium: "Memory" } },
        { name: "d", emptyDir: {} },
      ],
    };
    const started = await at.start("u-1", spec);
    const { uid = "" } = started.pod.metadata;
    writeFileSync(join(started.paths.m ?? "", "file"), "x");
    writeFileSync(join(started.paths.d ?? "", "file"), "x");
    const next = await startVolumesOnDisk({}, at.root);
    expect(await next.volumes.leftovers()).toEqual([uid]);
    await next.sync(started.pod);
    expect(visibleFiles(started.paths.m ?? "")).toEqual({ file: "x" });
    expect(visibleFiles(started.paths.d ?? "")).toEqual({ file: "x" });
    await next.volumes.tearDown(uid);
    expect(existsSync(join(at.root, "pods", uid))).toBe(false);
  });

  it("are bound by their subpaths into a place that holds", async () => {
    await using at = await startVolumesOnDisk();
    const { pod, paths } = await at.start("u-1", onlyVolume({ emptyDir: {} }));
    const volume = { name: "v", hostPath: paths.v ?? "", readOnly: false };
    const mount = { podUid: pod.metadata.uid ?? "", volume, container: "c", index: 2 };
    const path = await at.volumes.subPath({ ...mount, subPath: "a/b" });
    expect(path).toBe(join(at.root, `pods/${pod.metadata.uid}/volume-subpaths/v/c/2`));
    writeFileSync(join(path, "file"), "x");
    expect(visibleFiles(volume.hostPath)).toEqual({ "a/b/file": "x" });
    await expect(at.volumes.subPath({ ...mount, subPath: "../b" })).rejects.toThrow(
      "must not contain '..'",
    );
  });
});

describe("volumes of an agent that may not mount", () => {
  it("that hold tokens are in memory all the same", async () => {
    await using at = await startVolumesOnDisk({ mounter: NO_MOUNTER });
    const started = await at.start("u-1", {});
    const path = accessVolume(started);
    expect(path.startsWith("/dev/shm/")).toBe(true);
    expect(statfsSync(path).type).toBe(TMPFS);
    expect(Object.keys(visibleFiles(path))).toEqual(["ca.crt", "namespace", "token"]);
    await at.volumes.tearDown(started.pod.metadata.uid ?? "");
    expect(readdirSync(at.memory.path)).toEqual([]);
  });

  it("are empty directories in memory, but none of a size that it cannot keep", async () => {
    await using at = await startVolumesOnDisk({ mounter: NO_MOUNTER });
    const started = await at.start("u-1", onlyVolume({ emptyDir: { medium: "Memory" } }));
    const { v = "" } = started.paths;
    expect(statfsSync(v).type).toBe(TMPFS);
    writeFileSync(join(v, "file"), "x");
    await at.sync(started.pod);
    expect(visibleFiles(v)).toEqual({ file: "x" });
    const limited = onlyVolume({ emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
    await expect(at.start("u-2", limited)).rejects.toThrow(
      "memory storage with a size limit requested, but the agent may not mount",
    );
  });

  it("have subpaths as plain paths", async () => {
    await using at = await startVolumesOnDisk({ mounter: NO_MOUNTER });
    const { pod, paths } = await at.start("u-1", onlyVolume({ emptyDir: {} }));
    const volume = { name: "v", hostPath: paths.v ?? "", readOnly: false };
    const podUid = pod.metadata.uid ?? "";
    expect(
      await at.volumes.subPath({ podUid, volume, container: "c", index: 0, subPath: "a" }),
    ).toBe(join(volume.hostPath, "a"));
  });
});

describe.runIf(canMount)("an agent that ends together with its containers", () => {
  it("leaves nothing mounted and nothing in memory, and what is on the disk", async () => {
    await using at = await startVolumesOnDisk();
    const volumes = [
      { name: "disk", emptyDir: {} },
      { name: "memory", emptyDir: { medium: "Memory" } },
    ];
    const { pod, paths } = await at.start("u-1", { volumes });
    writeFileSync(join(paths.disk ?? "", "kept"), "x");
    writeFileSync(join(paths.memory ?? "", "lost"), "x");
    await at.volumes.leaveMemory();
    expect(await createMounter().mountPointsBelow(join(at.root, "pods"))).toEqual([]);
    expect(readdirSync(at.memory.path)).toEqual([]);
    // The next agent has the pod again.
    const again = Object.fromEntries(
      (await at.sync(pod)).map(({ name, hostPath }) => [name, hostPath]),
    );
    expect(visibleFiles(again.disk ?? "")).toEqual({ kept: "x" });
    expect(readdirSync(again.memory ?? "")).toEqual([]);
    expect(Object.keys(visibleFiles(again["kube-api-access-abcde"] ?? ""))).toContain("token");
  });
});

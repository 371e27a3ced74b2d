import { describe, expect, test } from "vitest";
import { type MountEntry, OLD_ROOT } from "./mount-table.ts";
import { type HostEntry, layoutRoot, placeOf, type RootLayoutInput } from "./root-layout.ts";

const directory = (name: string, mode = 0o755): HostEntry => ({
  ...{ name, kind: "directory", mode },
  ...{ uid: 0, gid: 0 },
});
const file = (name: string): HostEntry => ({ ...directory(name), kind: "file" });
const link = (name: string, target: string): HostEntry => ({
  ...directory(name),
  ...{ kind: "link", target },
});
const mount = (mountPoint: string, type = "ext4", ...options: string[]): MountEntry => ({
  ...{ mountPoint, type, options },
});

/** Directories of a host by path. */
const HOST: Readonly<Record<string, readonly HostEntry[]>> = {
  "/": [
    link("bin", "usr/bin"),
    directory("dev"),
    directory("etc"),
    file("swapfile"),
    directory("root", 0o700),
    directory("usr"),
    directory("var"),
    directory("data:1"),
    { ...directory("socket"), kind: "other" },
  ],
  "/var": [directory("lib"), directory("tmp", 0o1777), link("run", "/run")],
  "/var/lib": [directory("docker"), directory("app")],
};

function layout(overrides: Partial<RootLayoutInput> = {}) {
  return layoutRoot({
    root: "/",
    mounts: [mount("/")],
    locked: false,
    replaced: new Set(["dev"]),
    hidden: ["/var/lib/docker"],
    ownFiles: new Set(["/etc/hosts"]),
    list: (path) => HOST[path] ?? [],
    ...overrides,
  });
}

const shown = (overrides: Partial<RootLayoutInput> = {}): readonly string[] =>
  layout(overrides).mounts.map(({ type, target, source }) =>
    type === "overlay"
      ? `overlay ${target}`
      : `bind ${"host" in source ? source.host : ""} ${target}`,
  );

describe("the layout of a container's root", () => {
  test("directories at the top are overlays, links and files are themselves", () => {
    expect(shown()).toEqual([
      "overlay /etc",
      "bind /swapfile /swapfile",
      "overlay /root",
      "overlay /usr",
      "overlay /var",
      "bind /data:1 /data:1",
    ]);
    const { entries } = layout();
    expect(entries[0]).toEqual({ kind: "link", path: "/bin", target: "usr/bin" });
    expect(entries.map(({ path }) => path)).not.toContain("/dev");
  });

  test("the upper layer has the mode of the directory it stands for", () => {
    const { entries, mounts } = layout();
    const options = mounts.find(({ target }) => target === "/root")?.options ?? [];
    const upper = options.find((option) => option.startsWith("upperdir="))?.slice(9);
    expect(entries).toContainEqual({ kind: "directory", path: upper, mode: 0o700, uid: 0, gid: 0 });
    expect(options).toContain(`lowerdir=${OLD_ROOT}/root`);
    expect(options).toContain("nodev");
  });

  test("what is mounted inside is shown, but for what is hidden or nothing to look into", () => {
    const mounts = [
      mount("/"),
      mount("/var/lib/app", "xfs", "nosuid"),
      mount("/var/lib/docker/overlay2/x/merged", "overlay"),
      mount("/usr/ns", "nsfs"),
      mount("/etc/hosts"),
    ];
    expect(shown({ mounts })).toEqual([
      "overlay /etc",
      "bind /swapfile /swapfile",
      "overlay /root",
      "overlay /usr",
      "overlay /var",
      "bind /var/lib/app /var/lib/app",
      "bind /data:1 /data:1",
    ]);
    const bound = layout({ mounts }).mounts.find(({ target }) => target === "/var/lib/app");
    expect(bound?.options).toEqual(["rbind", "ro", "rprivate", "nosuid", "nodev"]);
  });

  test("where mounts are locked, what holds some is taken apart", () => {
    const mounts = [mount("/"), mount("/var/lib/docker/overlay2/x/merged", "overlay")];
    expect(shown({ mounts, locked: true })).toEqual([
      "overlay /etc",
      "bind /swapfile /swapfile",
      "overlay /root",
      "overlay /usr",
      "overlay /var/lib/app",
      "overlay /var/tmp",
      "bind /data:1 /data:1",
    ]);
    const { entries } = layout({ mounts, locked: true });
    expect(entries).toContainEqual({ kind: "link", path: "/var/run", target: "/run" });
    expect(entries).toContainEqual({
      ...{ kind: "directory", path: "/var/lib/docker" },
      ...{ mode: 0o755, uid: 0, gid: 0 },
    });
  });

  test("a file system that no overlay can lie on is shown as it is", () => {
    expect(shown({ mounts: [mount("/"), mount("/usr", "nfs4")] })).toContain("bind /usr /usr");
    expect(shown({ mounts: [mount("/"), mount("/usr", "xfs")] })).toContain("overlay /usr");
  });

  test("a directory can be the root", () => {
    const list = (path: string): readonly HostEntry[] =>
      path === "/images/a" ? [directory("usr"), directory("tmp")] : [];
    const mounts = [mount("/"), mount("/images/a/usr/x")];
    const options = { root: "/images/a", list, mounts, replaced: new Set<string>() };
    expect(shown(options)).toEqual(["overlay /usr", "bind /images/a/usr/x /usr/x", "overlay /tmp"]);
    expect(layout(options).mounts[0]?.options[0]).toBe(`lowerdir=${OLD_ROOT}/images/a/usr`);
  });

  test("devices work where they are the host's, and nowhere else", () => {
    const { mounts } = layout({ replaced: new Set() });
    const withDevices = mounts.filter(({ options }) => !options.includes("nodev"));
    expect(withDevices.map(({ target }) => target)).toEqual(["/dev"]);
  });
});

describe("where a file has to be to be seen", () => {
  test.each([
    ["/etc/hosts", "/.pod/layers/0/upper/hosts"],
    ["/usr/x", "/.pod/layers/2/upper/x"],
    ["/x", "/x"],
    ["/usr/share/x", undefined],
    ["/data:1/x", undefined],
    ["/nowhere/x", undefined],
  ])("%s", (path, place) => {
    expect(placeOf(layout(), path)).toBe(place);
  });
});

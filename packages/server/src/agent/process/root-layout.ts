import { join } from "node:path";
import {
  keptOptions,
  type MountEntry,
  type MountLine,
  mountOf,
  mountsBelow,
  OLD_ROOT,
} from "./mount-table.ts";

/**
 * How a directory of the host becomes the root of a container, which sees what is there, may write
 * everywhere, and changes nothing on the host.
 *
 * The root is a temporary file system, private to the container. Every directory at the top of the
 * host's becomes an overlay: the host's directory below, an empty layer of the temporary file system
 * above. `/usr` of the host, for instance, with `/usr/bin/tool` changed in the container:
 *
 *     /usr  =  overlay of  {old root}/usr  and  /.pod/layers/3/upper, which holds bin/tool
 *
 * Links at the top are made anew, files bound. An ordinary user may not look below what is mounted,
 * so there a directory with mounts inside is no lower layer: it is taken apart, entry by entry.
 */
export interface RootLayout {
  /** What the temporary file system holds from the start; parents come before what they hold. */
  readonly entries: readonly TemplateEntry[];
  /** In their order, after the temporary file system has become the root. */
  readonly mounts: readonly MountLine[];
}

export type TemplateEntry =
  | {
      readonly kind: "directory";
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/** An entry of a directory of the host. */
export interface HostEntry {
  readonly name: string;
  readonly kind: "directory" | "file" | "link" | "other";
  /** Permission bits of a directory. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a link. */
  readonly target?: string;
}

export interface RootLayoutInput {
  /** What becomes the root: `/`, or a directory with a root file system in it. */
  readonly root: string;
  readonly mounts: readonly MountEntry[];
  /** Whether mounts of the host are locked together, as they are for an ordinary user. */
  readonly locked: boolean;
  /** Names at the top that are left out, since containers have their own. */
  readonly replaced: ReadonlySet<string>;
  /** Paths whose mounts are not shown: other runtimes' containers, for instance. */
  readonly hidden: readonly string[];
  /** Files, as the container sees them, of which it has its own. */
  readonly ownFiles: ReadonlySet<string>;
  readonly list: (path: string) => readonly HostEntry[];
}

export const POD_DIRECTORY = "/.pod";
const LAYERS = `${POD_DIRECTORY}/layers`;

/** File systems that an overlay can lie on. Others (NFS, FAT, FUSE …) are shown as they are. */
const LOWER_TYPES: ReadonlySet<string> = new Set([
  "ext2",
  "ext3",
  "ext4",
  "xfs",
  "btrfs",
  "f2fs",
  "zfs",
  "tmpfs",
  "ramfs",
  "rootfs",
  "overlay",
  "squashfs",
  "erofs",
  "bcachefs",
  "devtmpfs",
]);

/** Mounts that are no file systems to look into. */
const UNSEEN_TYPES: ReadonlySet<string> = new Set([
  "nsfs",
  "autofs",
  "binfmt_misc",
  "fuse.portal",
  "fuse.gvfsd-fuse",
  "fuse.lxcfs",
  "rpc_pipefs",
]);

export function layoutRoot(input: RootLayoutInput): RootLayout {
  const layout = new Layout(input);
  layout.visit("/");
  return layout;
}

class Layout implements RootLayout {
  readonly entries: TemplateEntry[] = [];
  readonly mounts: MountLine[] = [];
  readonly #input: RootLayoutInput;
  #layers = 0;

  constructor(input: RootLayoutInput) {
    this.#input = input;
  }

  /** @param path - As the container sees it. */
  visit(path: string): void {
    for (const entry of this.#input.list(this.#onHost(path))) {
      if (path === "/" && this.#input.replaced.has(entry.name)) continue;
      this.#add(join(path, entry.name), entry);
    }
  }

  #add(path: string, entry: HostEntry): void {
    if (this.#input.ownFiles.has(path)) return;
    switch (entry.kind) {
      case "link":
        this.entries.push({ kind: "link", path, target: entry.target ?? "" });
        return;
      case "file":
        this.entries.push({ kind: "file", path });
        this.#bind(path);
        return;
      case "directory":
        this.#addDirectory(path, entry);
        return;
      case "other":
        return;
    }
  }

  #addDirectory(path: string, entry: HostEntry): void {
    const onHost = this.#onHost(path);
    if (this.#input.hidden.includes(onHost)) {
      this.#makeDirectory(path, entry);
      return;
    }
    const inside = mountsBelow(this.#input.mounts, onHost);
    const own = this.#input.mounts.findLast(({ mountPoint }) => mountPoint === onHost);
    const lower = own === undefined || LOWER_TYPES.has(own.type);
    this.#makeDirectory(path, entry);
    // A colon would end the path, a comma the option.
    if (lower && !/[:,\\]/.test(onHost) && !(this.#input.locked && inside.length > 0)) {
      this.#overlay(path, entry);
      this.#bindMounts(inside);
    } else if (own !== undefined || inside.length === 0) {
      this.#bind(path);
      this.#bindMounts(inside);
    } else {
      this.visit(path);
    }
  }

  #makeDirectory(path: string, { mode, uid, gid }: HostEntry): void {
    this.entries.push({ kind: "directory", path, mode, uid, gid });
  }

  #overlay(path: string, { mode, uid, gid }: HostEntry): void {
    const layer = `${LAYERS}/${this.#layers++}`;
    const owner = { mode, uid, gid };
    // The directory above lends the whole its owner and mode.
    this.entries.push(
      { kind: "directory", path: layer, mode: 0o755, uid: 0, gid: 0 },
      { kind: "directory", path: `${layer}/upper`, ...owner },
      { kind: "directory", path: `${layer}/work`, mode: 0o755, uid: 0, gid: 0 },
    );
    const lower = `${OLD_ROOT}${this.#onHost(path)}`;
    this.mounts.push({
      source: { name: "overlay" },
      target: path,
      type: "overlay",
      options: [
        `lowerdir=${lower}`,
        `upperdir=${layer}/upper`,
        `workdir=${layer}/work`,
        ...(this.#input.locked ? ["userxattr"] : []),
        // Whoever makes a device node shall not get at the device by it.
        ...(path === "/dev" ? [] : ["nodev"]),
      ],
    });
  }

  /** What is mounted in a directory that is shown, mount by mount, since read-only is no matter of trees. */
  #bindMounts(mounts: readonly MountEntry[]): void {
    const { root, hidden } = this.#input;
    for (const { mountPoint, type } of mounts) {
      const isHidden = hidden.some((path) => isAtOrBelow(mountPoint, path));
      if (isHidden || UNSEEN_TYPES.has(type)) continue;
      this.#bind(root === "/" ? mountPoint : mountPoint.slice(root.length));
    }
  }

  #bind(path: string): void {
    if (this.#input.ownFiles.has(path)) return;
    const onHost = this.#onHost(path);
    const mount = mountOf(this.#input.mounts, onHost);
    this.mounts.push({
      source: { host: onHost },
      target: path,
      type: "none",
      options: ["rbind", "ro", "rprivate", ...new Set([...keptOptions(mount), "nodev"])],
    });
  }

  #onHost(path: string): string {
    return path === "/" ? this.#input.root : join(this.#input.root, path);
  }
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

/**
 * Where in the temporary file system a file has to be for the container to see it at `path`;
 * `undefined` where that cannot be told before the mounts are made.
 */
export function placeOf({ entries, mounts }: RootLayout, path: string): string | undefined {
  const parent = join(path, "..");
  const name = path.slice(parent === "/" ? 1 : parent.length + 1);
  const mount = mounts.findLast(({ target }) => target === parent);
  if (mount !== undefined) {
    const upper = mount.options.find((option) => option.startsWith("upperdir="));
    return upper === undefined ? undefined : join(upper.slice("upperdir=".length), name);
  }
  if (mounts.some(({ target }) => isAtOrBelow(parent, target))) return undefined;
  const isDirectory = entries.some((entry) => entry.kind === "directory" && entry.path === parent);
  return parent === "/" || isDirectory ? path : undefined;
}

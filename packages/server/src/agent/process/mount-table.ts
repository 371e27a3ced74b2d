/** One line of `/proc/self/mountinfo`. @see proc_pid_mountinfo(5) */
export interface MountEntry {
  readonly mountPoint: string;
  readonly type: string;
  /** Of the mount, not of its file system: `ro`, `nosuid`, `relatime` … */
  readonly options: readonly string[];
}

/** Mounts in the order in which they were made: of two at one place the later one is seen. */
export function parseMountTable(text: string): readonly MountEntry[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , mountPoint, options] = before.split(" ");
    if (mountPoint === undefined || options === undefined) return [];
    const [type = ""] = after.split(" ");
    return [{ mountPoint: unescapeOctal(mountPoint), type, options: options.split(",") }];
  });
}

/** What is mounted strictly below a directory, outer mounts first. */
export function mountsBelow(
  mounts: readonly MountEntry[],
  directory: string,
): readonly MountEntry[] {
  const prefix = directory === "/" ? "/" : `${directory}/`;
  const seen = new Map<string, MountEntry>();
  for (const mount of mounts) {
    if (mount.mountPoint !== "/" && mount.mountPoint.startsWith(prefix)) {
      seen.set(mount.mountPoint, mount);
    }
  }
  return [...seen.values()].sort((left, right) => depth(left) - depth(right));
}

function depth({ mountPoint }: MountEntry): number {
  return mountPoint.split("/").length;
}

/** The mount that a path lies on. */
export function mountOf(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  let found: MountEntry | undefined;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    const inside = mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
    if (inside && mountPoint.length >= (found?.mountPoint.length ?? 0)) found = mount;
  }
  return found;
}

/**
 * Options that a new mount of something on `entry` has to repeat. Whoever is no root may not take
 * them away, and the kernel takes those not named for taken away.
 */
export function keptOptions(entry: MountEntry | undefined): readonly string[] {
  const kept = ["nosuid", "nodev", "noexec", "noatime", "nodiratime"];
  return entry === undefined ? [] : entry.options.filter((option) => kept.includes(option));
}

/** `mount` writes space, tab, newline and backslash of a path as octal numbers. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function escapeOctal(text: string): string {
  return text.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/** A mount to be made, in the terms of fstab(5). */
export interface MountLine {
  /** A path of the host, which is found below the old root, or a name that is none. */
  readonly source: { readonly host: string } | { readonly name: string };
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
}

/**
 * Text for `mount --all --fstab`.
 * @param oldRoot - Where the host's root is found while it is still there.
 */
export function fstabText(lines: readonly MountLine[], oldRoot: string): string {
  return lines
    .map(({ source, target, type, options }) => {
      const from = "host" in source ? `${oldRoot}${source.host}` : source.name;
      const all = options.map((option) => option.replaceAll(OLD_ROOT, oldRoot)).join(",");
      return `${escapeOctal(from)} ${escapeOctal(target)} ${type} ${escapeOctal(all)} 0 0\n`;
    })
    .join("");
}

/** Stands in options for the place of the old root, which nobody knows beforehand. */
export const OLD_ROOT = "{old-root}";

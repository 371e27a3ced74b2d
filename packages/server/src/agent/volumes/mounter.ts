import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** Mounts and unmounts. What it cannot do it says with a `MountError`. */
export interface Mounter {
  /** Mounts an empty file system in memory on an existing directory. @param options - As mount takes them. */
  mountTmpfs(target: string, options: readonly string[]): Promise<void>;
  /** Shows a file or directory at another existing one. */
  bind(source: string, target: string): Promise<void>;
  /** Idempotent: what is not mounted is no error. */
  unmount(target: string): Promise<void>;
  /** Everything mounted at or below paths, the innermost first; a path once for every mount on it. */
  mountPointsBelow(...paths: readonly string[]): Promise<readonly string[]>;
}

export class MountError extends Error {
  /** `not-permitted`: this user, here, may not mount at all. */
  readonly code: "not-permitted" | "failed";

  constructor(code: MountError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MountError";
    this.code = code;
  }
}

export interface MounterOptions {
  /** Programs of util-linux. @default mount, umount */
  readonly mountProgram?: string;
  readonly umountProgram?: string;
  /** @default /proc/self/mountinfo */
  readonly mountInfoFile?: string;
}

const NOT_PERMITTED = /permission denied|operation not permitted|superuser|only root/i;
const NOT_MOUNTED = /not mounted|no mount point specified/;

/** Mounts with the programs of util-linux, in the mount namespace of this process. */
export function createMounter(options: MounterOptions = {}): Mounter {
  const {
    mountProgram = "mount",
    umountProgram = "umount",
    mountInfoFile = "/proc/self/mountinfo",
  } = options;
  return {
    mountTmpfs: async (target, given) => {
      const list = given.length === 0 ? [] : ["-o", given.join(",")];
      await run(mountProgram, ["-t", "tmpfs", ...list, "--", "tmpfs", target]);
    },
    bind: async (source, target) => {
      // The source is a descriptor's link at times, which names no place once it is resolved.
      await run(mountProgram, ["--no-canonicalize", "--bind", "--", source, target]);
    },
    unmount: async (target) => {
      try {
        await run(umountProgram, ["--", target]);
      } catch (error) {
        if (!(error instanceof MountError) || !NOT_MOUNTED.test(error.message)) throw error;
      }
    },
    mountPointsBelow: async (...paths) =>
      mountPoints(readFileSync(mountInfoFile, "utf8")).filter((point) =>
        paths.some((path) => point === path || point.startsWith(`${path}/`)),
      ),
  };
}

/**
 * Mount points of a mountinfo file, the innermost and latest first.
 * @see proc_pid_mountinfo(5): the fifth field; blanks and backslashes are written `\040` …
 */
export function mountPoints(mountInfo: string): readonly string[] {
  const points = mountInfo.split("\n").flatMap((line) => {
    const point = line.split(" ")[4];
    if (point === undefined) return [];
    return [point.replace(/\\([0-7]{3})/g, (_, code: string) => fromOctal(code))];
  });
  return points.reverse().sort((left, right) => depth(right) - depth(left));
}

function fromOctal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}

function depth(path: string): number {
  return path.split("/").length;
}

function run(program: string, given: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH, LC_ALL: "C" } };
    execFile(program, given, options, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const text = stderr.trim() === "" ? error.message : stderr.trim();
      const code = NOT_PERMITTED.test(text) ? "not-permitted" : "failed";
      reject(new MountError(code, `${program} failed: ${text}`, { cause: error }));
    });
  });
}

import { execFile } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../pod-runtime.ts";
import { MASKED_PATHS, READ_ONLY_PATHS } from "../protected-paths.ts";
import { ALL_CAPABILITIES, parseCapabilities } from "./capabilities.ts";
import { inheritedDescriptors } from "./child.ts";
import { type MountEntry, parseMountTable } from "./mount-table.ts";
import type { HostEntry } from "./root-layout.ts";
import type { HostTools } from "./tools.ts";

/** What the runtime has to know of the machine and of its own rights, found out once. */
export interface Host {
  readonly tools: HostTools;
  /** Whether it may act as root; else in a namespace of users in which it is. */
  readonly asRoot: boolean;
  /** Capabilities that containers can be given. */
  readonly held: ReadonlySet<string>;
  /** Of `MASKED_PATHS` and `READ_ONLY_PATHS`; directories end with a slash. */
  readonly kernelPaths: ReadonlySet<string>;
  /** Descriptors of this process that no container may have. */
  readonly inherited: readonly number[];
  /** Of util-linux. */
  readonly version: string;
}

/** For programs that the runtime starts: nothing of its own environment. */
export function toolEnvironment(tools: HostTools): Record<string, string> {
  return { PATH: tools.path, LC_ALL: "C" };
}

/** Of `unshare`, for an agent that is not root. */
export const USER_NAMESPACE: readonly string[] = ["--user", "--map-root-user"];

/** Of `nsenter`, likewise: its user is root in there already, and may not change its groups. */
export const ENTER_USERS: readonly string[] = ["--user", "--preserve-credentials"];

/**
 * Tries out what containers need.
 * @param scratch - A directory of the runtime's own, for an overlay to be tried on.
 * @param userNamespace - Whether root, too, does without its rights.
 * @throws RuntimeError `unavailable`, with the reason that the system gave
 */
export async function inspectHost(
  tools: HostTools,
  scratch: string,
  userNamespace: boolean,
): Promise<Host> {
  const held = parseCapabilities(readFileSync("/proc/self/status", "latin1"), "CapEff");
  const asRoot = !userNamespace && process.geteuid?.() === 0 && held.has("SYS_ADMIN");
  await mkdir(scratch, { recursive: true });
  const version = await run(tools, tools.unshare, ["--version"]);
  await run(tools, tools.unshare, [
    ...(asRoot ? [] : USER_NAMESPACE),
    ...["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"],
    ...[tools.sh, "-c", PROBE, "probe", scratch, asRoot ? "" : ",userxattr"],
  ]);
  return {
    tools,
    asRoot,
    // In a namespace of users of its own a process holds all of them, for what belongs to it.
    held: asRoot ? held : new Set(ALL_CAPABILITIES),
    kernelPaths: kernelPaths(),
    inherited: inheritedDescriptors(),
    version: /(\d+(?:\.\d+)+)/.exec(version)?.[1] ?? "unknown",
  };
}

const PROBE = `
set -e
mount -n -i -t tmpfs tmpfs "$1"
mkdir "$1/lower" "$1/upper" "$1/work" "$1/proc" "$1/merged"
mount -n -i -t overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work$2" overlay "$1/merged"
mount -n -i -t proc proc "$1/proc"
`;

function run(tools: HostTools, file: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, parameters, { env: toolEnvironment(tools) }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const reason = stderr.trim().split("\n")[0] || error.message;
      reject(new RuntimeError("unavailable", `the process runtime cannot work here: ${reason}`));
    });
  });
}

function kernelPaths(): ReadonlySet<string> {
  return new Set(
    [...MASKED_PATHS, ...READ_ONLY_PATHS]
      .filter((path) => existsSync(path))
      .map((path) => (statSync(path).isDirectory() ? `${path}/` : path)),
  );
}

/** What is mounted where, as the agent sees it. */
export function readMountTable(): readonly MountEntry[] {
  return parseMountTable(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Entries of a directory; none where it may not be read. */
export function listHostDirectory(path: string): readonly HostEntry[] {
  let names: readonly string[];
  try {
    names = readdirSync(path).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const entry = hostEntry(join(path, name), name);
    return entry === undefined ? [] : [entry];
  });
}

function hostEntry(path: string, name: string): HostEntry | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const owner = { name, mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  if (found.isDirectory()) return { ...owner, kind: "directory" };
  if (found.isFile()) return { ...owner, kind: "file" };
  if (found.isSymbolicLink()) return { ...owner, kind: "link", target: readlinkSync(path) };
  return { ...owner, kind: "other" };
}

import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { RuntimeError } from "../pod-runtime.ts";
import { TOOLS_MOUNT } from "./container-mounts.ts";
import { interpreterOf, withInterpreter, withoutConfiguration } from "./elf.ts";

/** Programs of the host, by their paths. */
export interface HostTools {
  readonly sh: string;
  readonly nsenter: string;
  readonly unshare: string;
  readonly mkfifo: string;
  readonly stty: string;
  /** Absent on some hosts; needed only by an agent that is not root. */
  readonly hostname?: string;
  /** Where scripts find the rest. */
  readonly path: string;
}

/** Of util-linux and coreutils, and a shell. */
const OF_THE_HOST = ["sh", "nsenter", "unshare", "mkfifo", "stty", "mount", "cp", "pivot_root"];
const FOR_CONTAINERS = ["sh", "setpriv", "script", "mount", "umount", "mkdir", "env"];
const SEARCH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** @throws RuntimeError `unavailable` when a program is missing */
export function findHostTools(): HostTools {
  const found = new Map(OF_THE_HOST.map((name) => [name, required(name)]));
  const hostname = find("hostname");
  return {
    sh: found.get("sh") ?? "",
    nsenter: found.get("nsenter") ?? "",
    unshare: found.get("unshare") ?? "",
    mkfifo: found.get("mkfifo") ?? "",
    stty: found.get("stty") ?? "",
    ...(hostname === undefined ? {} : { hostname }),
    path: SEARCH.join(":"),
  };
}

function required(name: string): string {
  const path = find(name);
  if (path !== undefined) return path;
  throw new RuntimeError(
    "unavailable",
    `the process runtime needs "${name}" of util-linux or coreutils, which is not in ${SEARCH.join(":")}`,
  );
}

function find(name: string): string | undefined {
  return SEARCH.map((directory) => join(directory, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Fills a directory with the programs that turn a process into a container from within its root, and
 * their libraries: whatever root that is, it need not have any, and it cannot change them. The copies
 * load nothing from anywhere else, and read no tables of users: a container's might be made to give
 * away rights that the programs still have.
 */
export async function copyToolsInto(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const libraries = new Set<string>();
  await Promise.all(
    FOR_CONTAINERS.map(async (name) => {
      const path = realpathSync(required(name));
      const program = await readFile(path);
      const loader = interpreterOf(program)?.path;
      if (loader !== undefined) {
        for (const library of await librariesOf(loader, path)) libraries.add(library);
        libraries.add(loader);
      }
      const copy = withInterpreter(withoutConfiguration(program, TOOLS_MOUNT), LOADER);
      await writeFile(join(directory, name), copy, { mode: 0o755 });
    }),
  );
  await Promise.all(
    [...libraries].map(async (path) => {
      const name = /\/ld-[^/]*$/.test(path) ? basename(LOADER) : basename(path);
      const copy = withoutConfiguration(await readFile(path), TOOLS_MOUNT);
      await writeFile(join(directory, name), copy, { mode: 0o755 });
    }),
  );
}

const LOADER = `${TOOLS_MOUNT}/ld.so`;

/** Libraries that a program is loaded with; both glibc's loader and musl's know the option. */
async function librariesOf(loader: string, program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(loader, ["--list", program], { env: {} });
  return [...stdout.matchAll(/=> (\/\S+) \(/g)].map(([, path = ""]) => path);
}

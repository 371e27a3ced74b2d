import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

export const IMAGE = "localhost/busybox:test";

const PATHS = ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/** Where Debian and others put programs. */
export const PROGRAM_PATH: string = PATHS.join(":");

export function findProgram(name: string): string | undefined {
  return PATHS.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One layer with a static busybox in it, and nothing else. */
export interface BusyboxImage {
  readonly config: Buffer;
  /** A tar file that is not compressed. */
  readonly layer: Buffer;
}

/**
 * Made anew each time: some ten milliseconds.
 * @param build - an empty directory, or none yet
 * @param environment - makes it an image of its own
 */
export function buildBusyboxImage(
  build: string,
  environment: readonly string[] = [],
): BusyboxImage {
  const root = join(build, "root");
  for (const name of ["bin", "etc", "tmp", "usr/bin"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  execFileSync("chmod", ["1777", join(root, "tmp")]);
  const busybox = findProgram("busybox") ?? "";
  copyFileSync(busybox, join(root, "bin/busybox"));
  const commands = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const name of commands.filter((each) => each !== "busybox")) {
    symlinkSync("/bin/busybox", join(root, "bin", name));
  }
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\n");
  execFileSync("tar", ["-C", root, "-cf", join(build, "layer.tar"), "."]);
  const layer = readFileSync(join(build, "layer.tar"));
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    // The pause container has the image's own command.
    config: { Env: ["PATH=/bin:/usr/bin", ...environment], Cmd: ["sleep", "1000000"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
  });
  return { config: Buffer.from(config), layer };
}

/** The image as an archive that every runtime can load. @param directory - without one yet */
export function busyboxArchive(
  directory: string,
  tag: string = IMAGE,
  environment: readonly string[] = [],
): string {
  const build = join(directory, "image");
  const { config } = buildBusyboxImage(build, environment);
  const name = `${sha256(config)}.json`;
  writeFileSync(join(build, name), config);
  const manifest = [{ Config: name, RepoTags: [tag], Layers: ["layer.tar"] }];
  writeFileSync(join(build, "manifest.json"), JSON.stringify(manifest));
  const archive = join(directory, "image.tar");
  execFileSync("tar", ["-C", build, "-cf", archive, "manifest.json", name, "layer.tar"]);
  return archive;
}

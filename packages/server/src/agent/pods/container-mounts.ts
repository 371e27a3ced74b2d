import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import type { Container, VolumeMount } from "../../api/types.ts";
import type { Mount } from "../pod-runtime.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import type { Variables } from "./environment.ts";
import { expandVariables } from "./expansion.ts";

/**
 * Where a container sees the volumes of its pod.
 * @throws ContainerConfigError when a volume is missing or a path leads out of it
 * @see kubernetes pkg/kubelet/kubelet_pods.go (makeMounts)
 */
export async function containerMounts(
  container: Container,
  volumes: readonly MountedVolume[],
  variables: Variables,
): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) {
      throw new ContainerConfigError(
        `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
      );
    }
    const subPath = subPathOf(mount, variables);
    mounts.push({
      hostPath:
        subPath === "" ? volume.hostPath : await resolveSubPath(volume, subPath, mount, container),
      containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly === true || volume.readOnly,
      propagation: mount.mountPropagation ?? "None",
    });
  }
  return mounts;
}

function subPathOf({ subPath = "", subPathExpr = "" }: VolumeMount, variables: Variables): string {
  const path = subPathExpr === "" ? subPath : expandSubPath(subPathExpr, variables);
  if (path === "") return "";
  if (isAbsolute(path)) {
    throw new ContainerConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  }
  if (path.split("/").includes("..")) {
    throw new ContainerConfigError(
      `unable to provision SubPath \`${path}\`: must not contain '..'`,
    );
  }
  return path;
}

function expandSubPath(expression: string, variables: Variables): string {
  const missing = new Set<string>();
  const path = expandVariables(expression, (name) => {
    const value = variables.get(name);
    if (value === undefined || value === "") missing.add(name);
    return value ?? "";
  });
  if (missing.size === 0) return path;
  throw new ContainerConfigError(`missing value for ${[...missing].sort().join(", ")}`);
}

/** The path that a subpath stands for, made if it is not there; links may not lead out of the volume. */
async function resolveSubPath(
  volume: MountedVolume,
  subPath: string,
  mount: VolumeMount,
  container: Container,
): Promise<string> {
  const where = `volumeMount "${mount.name}" of container "${container.name}"`;
  const root = await realpath(volume.hostPath);
  try {
    await makeBelow(root, subPath);
  } catch (cause) {
    // The reason would tell of the host's file system.
    throw new ContainerConfigError(`failed to create subPath directory for ${where}`, { cause });
  }
  try {
    const path = await realpath(join(root, subPath));
    if (isWithin(root, path)) return path;
  } catch (cause) {
    throw new ContainerConfigError(`failed to prepare subPath for ${where}`, { cause });
  }
  throw new ContainerConfigError(`failed to prepare subPath for ${where}`);
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** Makes what is missing of a path, part by part; each part is within the root before one is added. */
async function makeBelow(root: string, subPath: string): Promise<void> {
  const { mode } = await stat(root);
  let current = root;
  for (const part of subPath.split("/").filter((each) => each !== "" && each !== ".")) {
    const next = join(current, part);
    if (!(await exists(next))) await mkdir(next, mode & 0o7777);
    current = await realpath(next);
    if (!isWithin(root, current)) throw new Error("leads out of the volume");
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

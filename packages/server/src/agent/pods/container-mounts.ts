import { isAbsolute } from "node:path";
import type { Container, VolumeMount } from "../../api/types.ts";
import type { Mount } from "../pod-runtime.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import type { Variables } from "./environment.ts";
import { expandVariables } from "./expansion.ts";

/** What to bind for a mount of a part of a volume. */
export type SubPathResolver = (
  volume: MountedVolume,
  subPath: string,
  /** Of the mount, among those of the container. */
  index: number,
) => Promise<string>;

/**
 * Where a container sees the volumes of its pod.
 * @throws ContainerConfigError when a volume is missing or a path leads out of it
 * @see kubernetes pkg/kubelet/kubelet_pods.go (makeMounts)
 */
export async function containerMounts(
  container: Container,
  volumes: readonly MountedVolume[],
  variables: Variables,
  resolveSubPath: SubPathResolver,
): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const volume = volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) {
      throw new ContainerConfigError(
        `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
      );
    }
    const subPath = subPathOf(mount, variables);
    mounts.push({
      hostPath:
        subPath === ""
          ? volume.hostPath
          : await resolveSubPath(volume, subPath, index).catch((error: unknown) => {
              throw subPathError(error, mount, container);
            }),
      containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly === true || volume.readOnly,
      propagation: mount.mountPropagation ?? "None",
    });
  }
  return mounts;
}

/** Why a path was refused is told; what went wrong on the host's file system is not. */
function subPathError(error: unknown, mount: VolumeMount, { name }: Container): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (/^(error|unable to provision) SubPath/.test(text)) return new ContainerConfigError(text);
  return new ContainerConfigError(
    `failed to prepare subPath for volumeMount "${mount.name}" of container "${name}"`,
    { cause: error },
  );
}

function subPathOf({ subPath = "", subPathExpr = "" }: VolumeMount, variables: Variables): string {
  return subPathExpr === "" ? subPath : expandSubPath(subPathExpr, variables);
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

import { readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ContainerConfig, type PodSandboxConfig, RuntimeError } from "../pod-runtime.ts";
import { containerCapabilities } from "./capabilities.ts";
import { commandOf, environmentOf } from "./command-line.ts";
import {
  checkOrdinaryUser,
  containerUser,
  privilegeArguments,
  type UserDatabase,
} from "./container-user.ts";
import type { Host } from "./host.ts";
import type { ResolvedImage } from "./images.ts";
import type { ContainerSpec } from "./process-container.ts";

/** On a pod: the directory that its containers have for their root where their image is the host. */
export const ROOT_DIRECTORY_ANNOTATION = "process.countersign/root-directory";

/** A table of users larger than this is none. */
const MAX_TABLE_BYTES = 1024 * 1024;

/**
 * Decides what a container is started with.
 * @throws RuntimeError `unsupported` for what the agent, as this user, cannot do; `start-failed` for
 *   what makes no sense
 */
export function containerSpec(
  config: ContainerConfig,
  image: ResolvedImage,
  pod: PodSandboxConfig,
  host: Host,
): ContainerSpec {
  const command = commandOf(config, image);
  if (command.length === 0) throw new RuntimeError("start-failed", "no command specified");
  const { security } = config;
  const user = containerUser(security, image.user, readUsers(image.root));
  if (!host.asRoot) checkOrdinaryUser(security, user);
  const capabilities = containerCapabilities(security, host.held);
  const { noNewPrivileges } = security;
  return {
    config,
    image,
    user,
    privileges: privilegeArguments(user, capabilities, noNewPrivileges, host.asRoot),
    init: {
      command,
      environment: environmentOf(config, image, pod, user),
      workingDirectory: config.workingDir === "" ? image.workingDirectory : config.workingDir,
      tty: config.tty,
    },
  };
}

/**
 * The image with the root that the pod asks for.
 * @param maskedPaths - Where no root may be.
 * @throws RuntimeError `start-failed` when there is no such directory, or none to be given away
 */
export function withRootOf(
  image: ResolvedImage,
  { annotations }: PodSandboxConfig,
  maskedPaths: readonly string[],
): ResolvedImage {
  const asked = annotations[ROOT_DIRECTORY_ANNOTATION];
  const path = image.root === "/" && asked !== undefined ? asked : image.root;
  const refuse = (why: string): never => {
    throw new RuntimeError("start-failed", `root directory "${path}": ${why}`);
  };
  if (!path.startsWith("/")) return refuse("not an absolute path");
  let root: string;
  try {
    root = realpathSync(path);
  } catch {
    return refuse("no such directory");
  }
  if (!statSync(root).isDirectory()) return refuse("not a directory");
  if (maskedPaths.some((each) => `${root}/`.startsWith(`${each}/`))) {
    return refuse("not for containers to look into");
  }
  return { ...image, root };
}

function readUsers(root: string): UserDatabase {
  return { passwd: readTable(join(root, "etc/passwd")), group: readTable(join(root, "etc/group")) };
}

function readTable(path: string): string {
  try {
    const { size } = statSync(path);
    const isTable = statSync(path).isFile() && size <= MAX_TABLE_BYTES;
    return isTable ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}

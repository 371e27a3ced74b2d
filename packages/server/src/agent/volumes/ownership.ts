import * as nodeFs from "node:fs";
import { join } from "node:path";
import type { Pod } from "../../api/types.ts";

/** Ids of containers as ids of the host: the same ones, unless containers have ids of their own. */
export interface IdMapping {
  user(id: number): number;
  group(id: number): number;
}

export const SAME_IDS: IdMapping = { user: (id) => id, group: (id) => id };

/** Whose the files of a pod's volumes are. Ids of the host. */
export interface FileOwner {
  /** The one user as whom all containers run; absent when there is none. */
  readonly uid?: number;
  /** The pod's `fsGroup`. */
  readonly gid?: number;
}

export function fileOwnerOf(pod: Readonly<Pod>, ids: IdMapping): FileOwner {
  const user = commonUser(pod);
  const group = pod.spec?.securityContext?.fsGroup;
  return {
    ...(user === undefined ? {} : { uid: ids.user(user) }),
    ...(group === undefined ? {} : { gid: ids.group(group) }),
  };
}

/**
 * The user that is set, and the same, for every container: init, regular and ephemeral.
 * @see kubernetes pkg/volume/util/util.go (FsUserFrom)
 */
function commonUser({ spec }: Readonly<Pod>): number | undefined {
  const containers = [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  const users = new Set(
    containers.map(
      ({ securityContext }) => securityContext?.runAsUser ?? spec?.securityContext?.runAsUser,
    ),
  );
  const [user] = users;
  return users.size === 1 ? user : undefined;
}

export type OwnershipFileSystem = Pick<
  typeof nodeFs,
  "chmodSync" | "lchownSync" | "lstatSync" | "readdirSync"
>;

const READ = 0o440;
const READ_WRITE = 0o660;
/** Directories may be passed, and hand their group on to what is made in them. */
const DIRECTORY = 0o2110;

/**
 * Gives everything at and below a path to a group: links as links, and what else there is with rights
 * to read, and to write where the volume may be written. (Upstream goes on when the system refuses
 * it; here that is an error, so that a pod does not run into missing rights later.)
 * @see kubernetes pkg/volume/volume_linux.go (changeFilePermission)
 */
export function giveToGroup(
  path: string,
  gid: number,
  {
    readOnly,
    fileSystem = nodeFs,
  }: { readonly readOnly: boolean; readonly fileSystem?: OwnershipFileSystem },
): void {
  const state = fileSystem.lstatSync(path);
  if (state.isDirectory()) {
    for (const name of fileSystem.readdirSync(path)) {
      giveToGroup(join(path, name), gid, { readOnly, fileSystem });
    }
  }
  fileSystem.lchownSync(path, -1, gid);
  // The mode of a link is nobody's, and changing it would change that of its target.
  if (state.isSymbolicLink()) return;
  const rights = (readOnly ? READ : READ_WRITE) | (state.isDirectory() ? DIRECTORY : 0);
  fileSystem.chmodSync(path, (state.mode & 0o7777) | rights);
}
